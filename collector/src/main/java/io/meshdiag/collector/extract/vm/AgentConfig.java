package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.schema.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What counts of a machine's mesh config, {@code /etc/istio/config/mesh} ({@code mesh.yaml} of {@code istioctl x workload entry configure}).
 *
 * @param discoveryAddress null when not set
 * @param meshId null when not set
 * @param trustDomain null when not set
 * @param metadata {@code proxyMetadata}, by the names of environment variables
 */
public record AgentConfig(String discoveryAddress, String meshId, String trustDomain, VmSettings metadata) {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_VALUE = 300;

    /** @throws UnreadablePageException when it is no YAML mapping, ends early, or is larger than 1 MiB */
    public static AgentConfig parse(InputStream yaml) throws IOException, UnreadablePageException {
        String text = BoundedText.read(yaml, MAX_BYTES, "the mesh config");
        Found found = new Found();
        JsonPage.readYaml(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), root -> {
            if (!root.isObject()) {
                throw new UnreadablePageException("the mesh config must be a YAML mapping");
            }
            root.fields(key -> {
                switch (key) {
                    case "defaultconfig" -> root.fields(inner -> found.proxyConfig(inner, root));
                    case "trustdomain" -> found.trustDomain = value(root);
                    default -> {}
                }
            });
        });
        return new AgentConfig(found.discoveryAddress, found.meshId, found.trustDomain, found.metadata);
    }

    private static String value(JsonCursor json) throws IOException, UnreadablePageException {
        String text = json.textOrEmpty();
        return text.isEmpty() ? null : Printable.shorten(text, MAX_VALUE);
    }

    private static final class Found {
        private String discoveryAddress;
        private String meshId;
        private String trustDomain;
        private VmSettings metadata = VmSettings.NONE;

        void proxyConfig(String key, JsonCursor json) throws IOException, UnreadablePageException {
            switch (key) {
                case "discoveryaddress" -> discoveryAddress = value(json);
                case "meshid" -> meshId = value(json);
                case "proxymetadata" -> metadata = VmSettings.proxyMetadata(json);
                default -> {}
            }
        }
    }
}
