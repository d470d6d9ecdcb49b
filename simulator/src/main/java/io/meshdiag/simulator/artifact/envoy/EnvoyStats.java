package io.meshdiag.simulator.artifact.envoy;

import io.meshdiag.simulator.artifact.Artifact;
import java.io.IOException;
import java.io.Writer;

/** /stats/prometheus: the counters that Istio exports by default. */
public record EnvoyStats(ProxyView view) implements Artifact {
    @Override
    public String path() {
        return view.folder() + "stats/prometheus";
    }

    @Override
    public void writeTo(Writer out) throws IOException {
        int rejected = view.rejection() == null ? 0 : 1;
        metric(out, "envoy_cluster_manager_cds_update_success", "counter", 57);
        metric(out, "envoy_cluster_manager_cds_update_rejected", "counter", 0);
        metric(out, "envoy_listener_manager_lds_update_success", "counter", 57);
        metric(out, "envoy_listener_manager_lds_update_rejected", "counter", rejected);
        metric(out, "envoy_server_state", "gauge", 0);
        metric(out, "envoy_server_live", "gauge", 1);
        metric(out, "envoy_server_uptime", "gauge", 73 * 3600);
        metric(out, "envoy_server_days_until_first_cert_expiring", "gauge", 0);
    }

    private static void metric(Writer out, String name, String type, long value) throws IOException {
        out.write("# TYPE " + name + " " + type + "\n" + name + "{} " + value + "\n");
    }
}
