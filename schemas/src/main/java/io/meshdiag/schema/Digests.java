package io.meshdiag.schema;

import io.meshdiag.fact.FactHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** SHA-256 of bytes and of facts. */
public final class Digests {
    static {
        TrustedRecords.trust();
    }

    private Digests() {}

    /** SHA-256, 32 bytes. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** SHA-256 as lower-case hex. */
    public static String sha256Hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256(bytes));
    }

    /**
     * Sets {@code contentHash} of a fact's header: SHA-256 over the record with observedAt, contentHash and unchangedSince blanked, first 32 hex digits. Two
     * looks at an unchanged subject give the same hash.
     */
    public static <T extends SpecificRecord> T stamp(T fact) {
        FactHeader header = Facts.header(fact);
        FactHeader blank = FactHeader.newBuilder(header)
                .setObservedAt(Instant.EPOCH)
                .setContentHash("")
                .setUnchangedSince(null)
                .build();
        fact.put(0, blank);
        String hash = sha256Hex(encode(fact)).substring(0, 32);
        header.setContentHash(hash);
        fact.put(0, header);
        return fact;
    }

    private static byte[] encode(SpecificRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new SpecificDatumWriter<SpecificRecord>(record.getSchema(), SpecificData.getForSchema(record.getSchema()))
                    .write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        return out.toByteArray();
    }
}
