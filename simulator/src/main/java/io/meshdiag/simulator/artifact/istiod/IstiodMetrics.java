package io.meshdiag.simulator.artifact.istiod;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.fleet.RemoteAccess;
import io.meshdiag.simulator.fleet.Vm;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** /metrics of one replica, in Prometheus' text form. */
public record IstiodMetrics(Istiod istiod) implements Artifact {
    private static final Duration UP = Duration.ofHours(73);

    @Override
    public String path() {
        return istiod.folder() + "metrics";
    }

    @Override
    public void writeTo(Writer out) throws IOException {
        Cluster cluster = istiod.cluster();
        String version = istiod.cluster().istioVersion();
        List<Proxy> proxies = cluster.connections().proxiesOf(istiod.pod());
        long rejects = proxies.stream()
                .filter(proxy -> cluster.rejections().containsKey(proxy.id()))
                .count();
        metric(out, "istio_build", "gauge", "{component=\"pilot\",tag=\"" + version + "\"}", 1);
        metric(out, "pilot_info", "gauge", "{version=\"" + version + "-Clean\"}", 1);
        metric(out, "istiod_uptime_seconds", "gauge", "", UP.toSeconds());
        // A heap that breathes with the number of proxies; each has a few goroutines.
        metric(
                out,
                "process_start_time_seconds",
                "gauge",
                "",
                istiod.settings().time().minus(UP).getEpochSecond());
        metric(out, "go_goroutines", "gauge", "", 400 + 6L * proxies.size());
        metric(out, "go_memstats_heap_inuse_bytes", "gauge", "", (120L + proxies.size()) << 20);
        metric(out, "pilot_xds", "gauge", "{version=\"" + version + "\"}", proxies.size());
        metric(out, "pilot_services", "gauge", "", istiod.view().services().size());
        type(out, "istiod_managed_clusters", "gauge");
        value(out, "istiod_managed_clusters{cluster_type=\"local\"}", 1);
        value(
                out,
                "istiod_managed_clusters{cluster_type=\"remote\"}",
                cluster.remoteSecrets().keySet().stream()
                        .filter(id -> !id.equals(cluster.id()))
                        .count());
        remoteClusters(out);
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
        registrations(out);
        metric(out, "citadel_server_csr_count", "counter", "", 9L * proxies.size());
        metric(out, "citadel_server_success_cert_issuance_count", "counter", "", 9L * proxies.size());
    }

    /** Of virtual machines; counters that never counted are not there. */
    private void registrations(Writer out) throws IOException {
        Cluster cluster = istiod.cluster();
        long registered = 0;
        long refused = 0;
        for (Vm vm : cluster.vms()) {
            if (cluster.connections().istiodOf(cluster.proxy(vm)).equals(istiod.pod())) {
                registered += cluster.state(vm).registered() ? 1 : 0;
                refused += cluster.state(vm).refusals();
            }
        }
        if (registered > 0) {
            metric(out, "auto_registration_success_total", "counter", "", registered);
        }
        if (refused > 0) {
            metric(out, "auto_registration_errors_total", "counter", "", refused);
        }
    }

    private void remoteClusters(Writer out) throws IOException {
        Map<String, RemoteAccess> remotes = istiod.cluster().remoteSecrets();
        if (istiod.cluster().minor() >= 29) {
            syncStatus(out, remotes);
            type(out, "remote_cluster_secret_events_total", "counter");
            value(out, "remote_cluster_secret_events_total{event=\"add\"}", remotes.size());
        }
        if (remotes.values().stream().anyMatch(access -> access.errors() > 0)) {
            type(out, "controller_sync_errors_total", "counter");
        }
        for (Map.Entry<String, RemoteAccess> remote : remotes.entrySet()) {
            if (remote.getValue().errors() > 0) {
                String series = "controller_sync_errors_total{cluster=\"" + remote.getKey() + "\"}";
                value(out, series, remote.getValue().errors());
            }
        }
        if (remotes.values().stream().anyMatch(access -> !access.reached())) {
            type(out, "remote_cluster_sync_timeouts_total", "counter");
        }
        for (Map.Entry<String, RemoteAccess> remote : remotes.entrySet()) {
            if (!remote.getValue().reached()) {
                value(out, "remote_cluster_sync_timeouts_total{cluster=\"" + remote.getKey() + "\"}", 1);
            }
        }
    }

    private void syncStatus(Writer out, Map<String, RemoteAccess> remotes) throws IOException {
        type(out, "istiod_remote_cluster_sync_status", "gauge");
        for (Map.Entry<String, RemoteAccess> remote : remotes.entrySet()) {
            // All 1.29.x say timeout of clusters that are in sync (istio/istio#60082).
            boolean timeout =
                    istiod.cluster().minor() == 29 || !remote.getValue().reached();
            for (String status : List.of("synced", "syncing", "timeout", "closed")) {
                String labels =
                        "{cluster=\"" + remote.getKey() + "\",cluster_type=\"remote\",status=\"" + status + "\"}";
                boolean is = status.equals(timeout ? "timeout" : "synced");
                value(out, "istiod_remote_cluster_sync_status" + labels, is ? 1 : 0);
            }
        }
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
