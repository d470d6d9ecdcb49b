package io.meshdiag.sink.bulk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One change of one document. Whatever is done twice has the effect of once: the store itself refuses the second. */
public final class Write {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFactory JSON = MAPPER.getFactory();

    private final String index;
    private final String id;
    private final byte[] lines;

    private Write(String index, String id, byte[] lines) {
        this.index = index;
        this.id = id;
        this.lines = lines;
    }

    /** Index or alias. */
    public String index() {
        return index;
    }

    /** {@code _id}; writes of one index and id go to the store one after the other. */
    public String id() {
        return id;
    }

    /** Action line and, unless it deletes, document line, each ended by a newline. Not to be changed. */
    public byte[] lines() {
        return lines;
    }

    /** Replaces the document unless the store has this version or a newer one. */
    public static Write replace(String alias, String id, long version, ObjectNode document) {
        return of("index", alias, id, version, true, document);
    }

    /** Writes the document unless one with this id is there. The index is made from its template when it is missing. */
    public static Write create(String index, String id, ObjectNode document) {
        return of("create", index, id, null, false, document);
    }

    /**
     * Removes the document whatever its version: a tombstone has no version, and its place in the partition says that it is the last word. The store
     * remembers the deleted version + 1 for index.gc_deletes (60 s), so that a repeated older write that is still under way stays refused.
     */
    public static Write delete(String alias, String id) {
        return of("delete", alias, id, null, true, null);
    }

    private static Write of(
            String action, String index, String id, Long version, boolean mustBeAlias, ObjectNode document) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart(action);
            json.writeStringField("_index", index);
            json.writeStringField("_id", id);
            if (version != null) {
                json.writeNumberField("version", version);
                json.writeStringField("version_type", "external");
            }
            if (mustBeAlias) {
                // Otherwise a store without our setup would make an index of that name, with guessed types.
                json.writeBooleanField("require_alias", true);
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
            if (document != null) {
                json.flush();
                MAPPER.writeTree(json, document);
                json.writeRaw('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
        }
        return new Write(index, id, out.toByteArray());
    }
}
