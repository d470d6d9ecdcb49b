package io.meshdiag.simulator.artifact.istiod;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.Proxy;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;

/** /metrics of one replica, in Prometheus' text form. */
public record IstiodMetrics(Istiod istiod) implements Artifact {
    @Override
    public String path() {
        return istiod.folder() + "metrics";
    }

    @Override
    public void writeTo(Writer out) throws IOException {
        Cluster cluster = istiod.cluster();
        String version = istiod.settings().istioVersion();
        List<Proxy> proxies = cluster.proxiesOf(istiod.pod());
        long rejects = proxies.stream()
                .filter(proxy -> cluster.rejections().containsKey(proxy.id()))
                .count();
        metric(out, "istio_build", "gauge", "{component=\"pilot\",tag=\"" + version + "\"}", 1);
        metric(out, "pilot_info", "gauge", "{version=\"" + version + "-Clean\"}", 1);
        metric(out, "istiod_uptime_seconds", "gauge", "", Duration.ofHours(73).toSeconds());
        metric(out, "pilot_xds", "gauge", "{version=\"" + version + "\"}", proxies.size());
        metric(out, "pilot_services", "gauge", "", istiod.view().services().size());
        type(out, "istiod_managed_clusters", "gauge");
        value(out, "istiod_managed_clusters{cluster_type=\"local\"}", 1);
        value(
                out,
                "istiod_managed_clusters{cluster_type=\"remote\"}",
                istiod.view().registered().size() - 1);
        type(out, "pilot_xds_pushes", "counter");
        for (String type : List.of("cds", "eds", "lds", "rds")) {
            value(out, "pilot_xds_pushes{type=\"" + type + "\"}", proxies.size() * 57L);
        }
        if (rejects > 0) {
            metric(out, "pilot_total_xds_rejects", "counter", "{type=\"lds\"}", rejects);
        }
        metric(out, "sidecar_injection_requests_total", "counter", "", 5L * proxies.size());
        metric(out, "sidecar_injection_success_total", "counter", "", 5L * proxies.size());
        metric(
                out,
                "citadel_server_root_cert_expiry_timestamp",
                "gauge",
                "",
                cluster.authority().root().getNotAfter().toInstant().getEpochSecond());
        metric(
                out,
                "citadel_server_cert_chain_expiry_timestamp",
                "gauge",
                "",
                cluster.authority().certificate().getNotAfter().toInstant().getEpochSecond());
        metric(out, "citadel_server_csr_count", "counter", "", 9L * proxies.size());
        metric(out, "citadel_server_success_cert_issuance_count", "counter", "", 9L * proxies.size());
    }

    private static void metric(Writer out, String name, String type, String labels, long value) throws IOException {
        type(out, name, type);
        value(out, name + labels, value);
    }

    private static void type(Writer out, String name, String type) throws IOException {
        out.write("# TYPE " + name + " " + type + "\n");
    }

    private static void value(Writer out, String series, long value) throws IOException {
        out.write(series + " " + value + "\n");
    }
}
