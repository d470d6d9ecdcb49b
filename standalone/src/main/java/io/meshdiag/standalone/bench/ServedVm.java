package io.meshdiag.standalone.bench;

import com.sun.net.httpserver.HttpServer;
import io.meshdiag.simulator.BenchmarkScenario;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A healthy virtual machine as its collector sees one: files and commands below a folder, Envoy and the agent on ports of loopback. */
final class ServedVm implements AutoCloseable {
    private static final Duration DAY = Duration.ofDays(1);
    private static final int LOG_LINES = 2_000;
    private static final String CHAIN_OUTPUT = "-A ISTIO_OUTPUT ";
    private static final List<String> RULES = List.of(
            "*nat",
            ":PREROUTING ACCEPT [0:0]",
            ":INPUT ACCEPT [0:0]",
            ":OUTPUT ACCEPT [0:0]",
            ":POSTROUTING ACCEPT [0:0]",
            ":ISTIO_INBOUND - [0:0]",
            ":ISTIO_IN_REDIRECT - [0:0]",
            ":ISTIO_OUTPUT - [0:0]",
            ":ISTIO_REDIRECT - [0:0]",
            "-A PREROUTING -p tcp -j ISTIO_INBOUND",
            "-A OUTPUT -j ISTIO_OUTPUT",
            "-A ISTIO_INBOUND -p tcp -m tcp --dport 22 -j RETURN",
            "-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT",
            "-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006",
            CHAIN_OUTPUT + "-m owner --uid-owner 998 -j RETURN",
            CHAIN_OUTPUT + "-m owner --gid-owner 998 -j RETURN",
            CHAIN_OUTPUT + "-d 127.0.0.1/32 -j RETURN",
            CHAIN_OUTPUT + "-j ISTIO_REDIRECT",
            "-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001",
            "COMMIT");

    private final Path root;
    private final Path pages;
    private final HttpServer server;

    private ServedVm(Path root, Path pages, HttpServer server) {
        this.root = root;
        this.pages = pages;
        this.server = server;
    }

    /**
     * Serves one, whose Envoy has the configuration of a sidecar in a cluster with so many Services.
     *
     * @param folder empty; what is served lies there
     */
    static ServedVm start(int services, Path folder) throws IOException {
        Path archive = new BugReportWriter()
                .write(BenchmarkScenario.of(1, services, services), folder.resolve("cluster"))
                .get(0);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ServedVm vm = new ServedVm(folder.resolve("root"), proxy(archive), server);
        vm.files();
        vm.commands();
        vm.serve();
        return vm;
    }

    private static Path proxy(Path archive) throws IOException {
        try (Stream<Path> files = Files.walk(archive)) {
            return files.filter(file -> file.getFileName().toString().startsWith("config_dump"))
                    .map(Path::getParent)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the simulated cluster has no proxy that was dumped"));
        }
    }

    /** What tells the collector where this machine is. */
    Map<String, String> settings() {
        String port = Integer.toString(server.getAddress().getPort());
        return Map.of(
                "MESHDIAG_VM_ROOT", root.toString(),
                "MESHDIAG_VM_PORTS_ADMIN", port,
                "MESHDIAG_VM_PORTS_READY", port,
                "MESHDIAG_VM_PORTS_AGENT", port);
    }

    /** Bytes of Envoy's config_dump. */
    long dumpBytes() throws IOException {
        return Files.size(page("/config_dump"));
    }

    private Path page(String path) {
        String name = path.substring(1);
        return pages.resolve(name.equals("config_dump") ? "config_dump?include_eds" : name);
    }

    private void files() throws IOException {
        Instant now = Instant.now();
        Authority authority = Authority.root("O=bench", now.minus(DAY), DAY.multipliedBy(365), "bench-vm");
        file("/etc/machine-id", "4c8f1c6d0e2b4a5f9d3e7a1b2c3d4e5f\n");
        file("/etc/hostname", "vm-1\n");
        file("/var/lib/istio/envoy/cluster.env", """
                CANONICAL_SERVICE='billing'
                ISTIO_META_CLUSTER_ID='cluster-1'
                ISTIO_META_MESH_ID='benchmark'
                ISTIO_META_NETWORK='network-1'
                ISTIO_META_WORKLOAD_NAME='billing'
                ISTIO_NAMESPACE='legacy'
                ISTIO_SERVICE='billing.legacy'
                POD_NAMESPACE='legacy'
                SERVICE_ACCOUNT='billing'
                TRUST_DOMAIN='cluster.local'
                """);
        file("/etc/istio/config/mesh", """
                defaultConfig:
                  discoveryAddress: istiod.istio-system.svc:15012
                  meshId: benchmark
                """);
        file("/etc/certs/root-cert.pem", Pem.of(authority.certificate()));
        file(
                "/etc/certs/cert-chain.pem",
                Pem.of(authority.workload(
                        "spiffe://cluster.local/ns/legacy/sa/billing", now.minus(DAY), now.plus(DAY))));
        String line = now.minusSeconds(60) + "\tinfo\txdsproxy\tconnected to delta upstream XDS server: istiod:15012\n";
        file("/var/log/istio/istio.log", line.repeat(LOG_LINES));
        file("/var/log/istio/istio.err.log", "");
    }

    private void commands() throws IOException {
        command("/usr/sbin/iptables-save", String.join("\n", RULES));
        command("/usr/sbin/ip6tables-save", "");
        command("/usr/bin/systemctl", """
                LoadState=loaded
                ActiveState=active
                SubState=running
                NRestarts=0
                MainPID=612
                ExecMainStatus=0
                ExecMainStartTimestamp=Fri 2026-11-20 09:00:00 UTC""");
        command("/usr/bin/journalctl", "");
    }

    /** A program that prints this; a process of its own, as the real one. */
    private void command(String path, String output) throws IOException {
        file(path + ".out", output.isEmpty() ? "" : output + "\n");
        Path script = file(path, "#!/bin/sh\nexec cat \"$0.out\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path file(String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void serve() {
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                byte[] body;
                if (path.equals("/healthz/ready")) {
                    body = new byte[0];
                } else if (Files.exists(page(path))) {
                    body = Files.readAllBytes(page(path));
                } else {
                    exchange.sendResponseHeaders(404, -1);
                    return;
                }
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
