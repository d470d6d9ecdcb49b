package io.meshdiag.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** How records of one schema become the bytes of one topic. */
interface Encoding {
    /** The framed record. */
    byte[] encode(SpecificRecord record) throws IOException;

    /** Written in the record's own schema, which has this id. */
    static Encoding of(int id, Schema own) {
        byte[] frame = Framing.header(id);
        DatumWriter<SpecificRecord> writer = new SpecificDatumWriter<>(own, SpecificData.getForSchema(own));
        return record -> write(frame, writer, record);
    }

    /**
     * Written in another schema, which has this id. Generated records are written by position, so the record is first brought into the
     * other schema's shape.
     */
    static Encoding as(int id, Schema own, Schema other) {
        if (own.toString().equals(other.toString())) {
            return of(id, own);
        }
        byte[] frame = Framing.header(id);
        DatumWriter<SpecificRecord> ownWriter = new SpecificDatumWriter<>(own, SpecificData.getForSchema(own));
        GenericDatumReader<Object> reader = new GenericDatumReader<>(own, other);
        DatumWriter<Object> writer = new GenericDatumWriter<>(other);
        return record -> {
            byte[] bytes = write(new byte[0], ownWriter, record);
            Object shaped = reader.read(null, DecoderFactory.get().binaryDecoder(bytes, null));
            return write(frame, writer, shaped);
        };
    }

    private static <T> byte[] write(byte[] frame, DatumWriter<T> writer, T datum) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(frame);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        writer.write(datum, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
