package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.fleet.XdsState;
import java.io.IOException;
import java.util.Map;

/** /debug/syncz: what was sent to each connected proxy and what it acknowledged. */
public final class SynczPage extends JsonPage {
    private final Istiod istiod;

    public SynczPage(Istiod istiod) {
        super(istiod.folder() + "debug/syncz", false);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (Proxy proxy : istiod.cluster().connections().proxiesOf(istiod.pod())) {
            json.writePOJO(entry(proxy));
        }
        json.writeEndArray();
    }

    private Map<String, Object> entry(Proxy proxy) {
        int minor = istiod.cluster().minor();
        Map<String, Object> entry = Tree.of(
                "cluster_id", istiod.cluster().id(),
                "proxy", proxy.id(),
                "proxy_type", minor >= 18 ? proxy.type() : null,
                "istio_version", istiod.cluster().istioVersion());
        Map<String, Object> resources = Tree.of();
        for (XdsState state : XdsState.of(istiod.fleet(), istiod.cluster(), proxy)) {
            entry.put(state.type().word() + "_sent", state.sent());
            entry.put(state.type().word() + "_acked", state.acked());
            resources.put(
                    state.type().url(),
                    Tree.of(
                            "sent", state.sent(),
                            "acked", state.acked(),
                            "sentTime", state.sentAt().toString(),
                            "lastError", state.lastError().isEmpty() ? null : state.lastError()));
        }
        if (minor >= 23) {
            entry.put("resources", resources);
        }
        return entry;
    }
}
