package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import java.io.IOException;

/** Reads istiod's endpoint objects (Go names, pilot/pkg/model: IstioEndpoint) of all versions. */
final class EndpointReader {
    private static final int UNSET = -1;
    private static final int FIRST_MINOR_WITH_HEALTH_FROM_ONE = 18;

    private final boolean oldNumbering;

    /** @param istioVersion null or unreadable = as of today */
    EndpointReader(String istioVersion) {
        this.oldNumbering = minor(istioVersion) < FIRST_MINOR_WITH_HEALTH_FROM_ONE;
    }

    /** What is counted of one endpoint. */
    record Endpoint(String port, String clusterId, String network, String address, boolean healthy, boolean plaintext) {
        Endpoint onPort(String otherPort) {
            return new Endpoint(otherPort, clusterId, network, address, healthy, plaintext);
        }

        void count(ShardCounter.Shard shard) {
            shard.add(this);
        }
    }

    Endpoint read(JsonCursor json) throws IOException, UnreadablePageException {
        String[] text = {"", "", "", "", ""};
        int[] health = {UNSET};
        boolean[] newForm = {false};
        json.fields(key -> {
            switch (key) {
                case "serviceportname" -> text[0] = json.textOrEmpty();
                case "locality" ->
                    json.fields(inner -> {
                        if (inner.equals("clusterid")) {
                            text[1] = json.textOrEmpty();
                        }
                    });
                case "network" -> text[2] = json.textOrEmpty();
                case "tlsmode" -> text[3] = json.textOrEmpty();
                case "healthstatus" -> health[0] = (int) json.number(UNSET);
                case "address" -> text[4] = json.textOrEmpty();
                // Fields that came with 1.19 and 1.24: the numbering is the new one whatever was said of the version.
                case "legacyclusterportkey" -> newForm[0] = true;
                case "addresses" -> {
                    newForm[0] = true;
                    // Envoy has one address of a dual-stack pod in the first place, too.
                    json.elements(() -> text[4] = text[4].isEmpty() ? json.textOrEmpty() : text[4]);
                }
                default -> {}
            }
        });
        return new Endpoint(
                text[0],
                text[1],
                text[2],
                text[4],
                healthy(health[0], oldNumbering && !newForm[0]),
                !text[3].equals("istio"));
    }

    /** 1 healthy, 2 unhealthy, 3 draining, 4 terminating; up to Istio 1.17: 0 healthy, 1 unhealthy. */
    private static boolean healthy(int status, boolean old) {
        return status == UNSET || status == 0 || (status == 1 && !old);
    }

    private static int minor(String version) {
        String[] parts = version == null ? new String[0] : version.split("[.-]");
        if (parts.length < 2 || !parts[0].equals("1") || !parts[1].matches("\\d{1,4}")) {
            return Integer.MAX_VALUE;
        }
        return Integer.parseInt(parts[1]);
    }
}
