package io.meshdiag.simulator.artifact.log;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.kubernetes.Addresses;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.fleet.Rejection;
import io.meshdiag.simulator.fleet.RemoteAccess;
import io.meshdiag.simulator.fleet.XdsState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What istiod, proxies and the CNI agent say. */
public final class Logs {
    private Logs() {}

    public static Artifact istiod(Istiod istiod) {
        Cluster cluster = istiod.cluster();
        Instant start = istiod.pod().createdAt().plusSeconds(4);
        List<LogLine> lines = new ArrayList<>(cluster.istiodLog());
        lines.add(new LogLine(start, "info", "", "initializing Istiod admin server"));
        lines.addAll(cluster.replicaLogs().getOrDefault(istiod.pod().name(), List.of()));
        cluster.remoteSecrets().forEach((remote, access) -> lines.addAll(registering(cluster, remote, access, start)));
        lines.add(new LogLine(
                start.plusSeconds(2),
                "info",
                "",
                "Number of remote clusters: "
                        + cluster.remoteSecrets().keySet().stream()
                                .filter(id -> !id.equals(cluster.id()))
                                .count()));
        List<Proxy> proxies = cluster.connections().proxiesOf(istiod.pod());
        lines.add(new LogLine(
                istiod.settings().pushedAt(),
                "info",
                "ads",
                "XDS: Pushing Services:" + istiod.view().services().size() + " ConnectedEndpoints:" + proxies.size()
                        + " Version:" + istiod.settings().pushVersion()));
        int connection = 0;
        for (Proxy proxy : proxies) {
            connection++;
            Rejection rejection = cluster.rejections().get(proxy.id());
            if (rejection != null) {
                String text = "ADS:LDS: ACK ERROR " + proxy.id() + "-" + connection + " Internal:"
                        + XdsState.error(rejection);
                lines.add(new LogLine(rejection.at().plusMillis(310), "warn", "ads", text.stripTrailing()));
            }
        }
        return new LogFile(istiod.folder() + "discovery.log", lines);
    }

    private static List<LogLine> registering(Cluster cluster, String remote, RemoteAccess access, Instant start) {
        String labels = "\tcluster=" + remote + " secret=istio-system/istio-remote-secret-" + remote;
        if (remote.equals(cluster.id())) {
            return List.of(new LogLine(
                    start.plusSeconds(1),
                    "info",
                    "",
                    "ignoring cluster as it would overwrite the config cluster" + labels));
        }
        LogLine added = new LogLine(start.plusSeconds(1), "info", "", "Add cluster" + labels);
        return access.reached()
                ? List.of(added)
                : List.of(
                        added,
                        new LogLine(start.plusSeconds(31), "warn", "", "remote cluster " + remote + " failed to sync"));
    }

    public static Artifact proxy(Fleet fleet, Cluster cluster, Proxy proxy, String folder) {
        Instant start = fleet.settings().time().minusSeconds(73 * 3600L);
        List<LogLine> lines = new ArrayList<>();
        lines.add(new LogLine(
                start,
                "info",
                "xdsproxy",
                "Initializing with upstream address \"" + Addresses.istiod(proxy.revision()) + "\" and cluster \""
                        + cluster.id() + "\""));
        lines.add(new LogLine(
                start.plusSeconds(1),
                "info",
                "xdsproxy",
                "connected to delta upstream XDS server: " + Addresses.istiod(proxy.revision()) + "\tid=1"));
        lines.add(new LogLine(start.plusSeconds(2), "info", "", "Readiness succeeded in 1.61s"));
        lines.add(new LogLine(start.plusSeconds(2), "info", "", "Envoy proxy is ready"));
        lines.addAll(cluster.proxyLogs().getOrDefault(proxy.id(), List.of()));
        Rejection rejection = cluster.rejections().get(proxy.id());
        if (rejection != null) {
            lines.add(new LogLine(
                    rejection.at().plusMillis(290),
                    "warning",
                    "envoy config external/envoy/source/extensions/config_subscription/grpc/grpc_subscription_impl.cc:138",
                    "gRPC config for " + XdsState.Type.LDS.url() + " rejected: "
                            + XdsState.error(rejection).stripTrailing() + "\tthread=21"));
        }
        return new LogFile(folder + "istio-proxy.log", lines);
    }

    public static Artifact cni(Pod pod) {
        Instant start = pod.createdAt().plusSeconds(3);
        return new LogFile(
                "cni/" + pod.name() + "/cni.log",
                List.of(
                        new LogLine(start, "info", "cni-agent", "CNI version: istio-cni"),
                        new LogLine(
                                start.plusSeconds(1),
                                "info",
                                "cni-agent",
                                "Istio CNI configuration and binaries validated/reinstalled."),
                        new LogLine(
                                start.plusSeconds(1), "info", "cni-agent", "starting CNI sidecar repair controller")));
    }
}
