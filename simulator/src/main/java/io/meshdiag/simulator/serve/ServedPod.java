package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.artifact.log.LogFile;
import io.meshdiag.simulator.artifact.log.Logs;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.IstiodView;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Proxy;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What one pod serves and says, in the fleet as it is at present. */
record ServedPod(Fleet fleet, Cluster cluster, Pod pod) {
    static final int ISTIOD_PORT = 15014;
    static final int ENVOY_PORT = 15000;

    /** Null when nothing listens on the port. */
    Site site(int port) {
        if (pod.role() == Pod.Role.ISTIOD && (port == ISTIOD_PORT || port == 8080)) {
            return new IstiodSite(istiod());
        }
        if (pod.role() == Pod.Role.CNI && (port == 15014 || port == 8000)) {
            return new CniSite(fleet.settings());
        }
        return port == ENVOY_PORT ? proxy().<Site>map(EnvoySite::new).orElse(null) : null;
    }

    private Istiod istiod() {
        return new Istiod(fleet, cluster, pod, new IstiodView(fleet, cluster, pod));
    }

    private Optional<ProxyView> proxy() {
        if (!pod.hasProxy()) {
            return Optional.empty();
        }
        Proxy proxy = cluster.proxies().stream()
                .filter(each -> pod.equals(each.pod()))
                .findFirst()
                .orElseThrow();
        return Optional.of(ProxyView.of(fleet, cluster, proxy));
    }

    /** The lines of a container that anybody looks at; empty for others. */
    LogFile log(String container) {
        Artifact log =
                switch (container) {
                    case "discovery" -> Logs.istiod(istiod());
                    case "install-cni" -> Logs.cni(pod);
                    case "istio-proxy" ->
                        proxy().map(view -> Logs.proxy(fleet, cluster, view.proxy(), view.folder()))
                                .orElseGet(() -> new LogFile("", List.of()));
                    default -> new LogFile("", List.of());
                };
        return (LogFile) log;
    }

    /**
     * What a command of Istio prints; only requests for pages are there.
     *
     * @throws IOException with what it says on standard error when it fails
     */
    byte[] run(List<String> command) throws IOException {
        if (command.size() != 4
                || !command.get(1).equals("request")
                || !command.get(2).equals("GET")) {
            throw new IOException("Error: unknown command " + command + "\n");
        }
        int port =
                switch (command.get(0)) {
                    case "pilot-agent" -> ENVOY_PORT;
                    case "pilot-discovery" -> ISTIOD_PORT;
                    default -> throw new IOException(command.get(0) + ": executable file not found in $PATH\n");
                };
        Site site = site(port);
        if (site == null) {
            throw new IOException("Error: failed to execute command on Envoy: connection refused\n");
        }
        String path = command.get(3);
        byte[] page = site.page(path.startsWith("/") ? path : "/" + path);
        if (page == null) {
            throw new IOException("Error: received unsuccessful status code 404: Not Found\n");
        }
        return page;
    }
}
