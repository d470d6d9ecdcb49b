package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Facts as Avro's plain binary form, a tenth of what the objects take: how they wait while the registry, which gives the id to send them with, is away. */
final class FactBytes {
    static {
        TrustedRecords.trust();
    }

    private FactBytes() {}

    static byte[] encode(SpecificRecord fact) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new SpecificDatumWriter<SpecificRecord>(fact.getSchema(), SpecificData.getForSchema(fact.getSchema()))
                    .write(fact, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
        return out.toByteArray();
    }

    /** Undoes {@link #encode}. */
    static SpecificRecord decode(FactKind kind, byte[] bytes) {
        Schema schema = SpecificData.get().getSchema(kind.record());
        try {
            return new SpecificDatumReader<SpecificRecord>(schema, schema, SpecificData.getForSchema(schema))
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array does not fail", e);
        }
    }
}
