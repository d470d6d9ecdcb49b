package io.meshdiag.collector.extract.istiod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonPage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** {@code /debug/mesh}: the effective mesh config of an istiod. Small, so it is the one page that is read as a tree. */
public final class MeshPage {
    private static final int MAX_BYTES = 4 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private MeshPage() {}

    /** @throws UnreadablePageException when the page is no JSON object, ends early, or is larger than a mesh config can be (4 MiB) */
    public static MeshConfig parse(InputStream page) throws IOException, UnreadablePageException {
        byte[] bytes = page.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new UnreadablePageException("the mesh config is larger than " + MAX_BYTES + " bytes");
        }
        // First as a stream, for its clear errors.
        JsonPage.read(new ByteArrayInputStream(bytes), root -> {
            if (!root.isObject()) {
                throw new UnreadablePageException("the mesh config must be an object");
            }
        });
        try {
            JsonNode tree = JSON.readTree(bytes);
            return MeshConfig.of(tree);
        } catch (JsonProcessingException e) {
            throw new UnreadablePageException("the mesh config is not well-formed");
        }
    }
}
