package io.meshdiag.collector.vm;

import com.sun.net.httpserver.HttpServer;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.config.VmConfigReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A healthy machine of the mesh below a directory: its files, its commands as scripts, Envoy and the agent on loopback. Tests break it. */
public final class SimulatedMachine implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-08-22T15:00:30Z");
    private static final Identity CA = TestCertificates.root("Root");
    private static final Identity LEAF = TestCertificates.leaf(CA, "spiffe://cluster.local/ns/shop/sa/db");

    /** Answers one request of a port. */
    @FunctionalInterface
    public interface Answer {
        void to(com.sun.net.httpserver.HttpExchange request) throws IOException;
    }

    private final Path root;
    private final Map<String, Answer> pages = new ConcurrentHashMap<>();
    private final Map<String, HttpServer> servers = new HashMap<>();
    private final ExecutorService requests = Executors.newCachedThreadPool();
    private final List<String> secrets = new ArrayList<>();

    public SimulatedMachine(Path root) throws IOException {
        this.root = root;
        for (String port : List.of("admin", "ready", "agent")) {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", request -> {
                Answer answer = pages.get(port + " " + request.getRequestURI().getPath());
                if (answer == null) {
                    request.sendResponseHeaders(404, -1);
                    request.close();
                } else {
                    answer.to(request);
                }
            });
            server.setExecutor(requests);
            server.start();
            servers.put(port, server);
        }
        host();
        istio();
        commands();
        envoy();
    }

    private void host() throws IOException {
        file("/proc/sys/kernel/hostname", "db-1\n");
        file("/etc/machine-id", secret("0123456789abcdef0123456789abcdef") + "\n");
        file("/proc/stat", "cpu  1 2 3 4\nbtime 1787382000\nprocesses 1\n");
        file("/proc/net/fib_trie", """
                Main:
                  +-- 0.0.0.0/0 3 0 5
                     |-- 10.0.0.7
                        /32 host LOCAL
                     |-- 10.0.0.255
                        /32 link BROADCAST
                     |-- 127.0.0.1
                        /32 host LOCAL
                """);
        file("/proc/net/tcp", listening("00000000:3A99", "0100007F:0035", "0100007F:3A98"));
        file("/proc/1/cmdline", "/sbin/init\0");
        file("/proc/1/stat", stat(1, "systemd", 2));
        file(
                "/proc/700/cmdline",
                "/usr/local/bin/pilot-agent\0proxy\0--log_output_level=default:info\0--key=" + secret("argument-s3cret")
                        + "\0");
        file("/proc/700/stat", stat(700, "pilot-agent", 4_000));
        file("/proc/720/cmdline", "/usr/local/bin/envoy\0-c\0/etc/istio/proxy/envoy-rev.json\0");
        file("/proc/720/stat", stat(720, "envoy", 4_100));
    }

    /** {@code /proc/net/tcp} where somebody listens at these addresses: 3A98 is 15000. */
    public static String listening(String... addresses) {
        StringBuilder table = new StringBuilder("  sl  local_address rem_address   st tx_queue rx_queue tr\n");
        for (String address : addresses) {
            table.append("   0: ").append(address).append(" 00000000:0000 0A 00000000:00000000 00:00000000\n");
        }
        return table.toString();
    }

    private static String stat(int pid, String name, int ticks) {
        return pid + " (" + name + ") S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " + ticks + " 1 1\n";
    }

    private void istio() throws IOException {
        file("/var/lib/istio/envoy/cluster.env", """
                ISTIO_INBOUND_PORTS='*'
                ISTIO_META_AUTO_REGISTER_GROUP='shop-vms'
                ISTIO_META_CLUSTER_ID='east'
                ISTIO_META_MESH_ID='mesh1'
                ISTIO_META_NETWORK='vm-net'
                ISTIO_META_WORKLOAD_NAME='db'
                ISTIO_AGENT_FLAGS="--log_output_level=dns:debug --password=%s"
                DB_PASSWORD='%s'
                POD_NAMESPACE='shop'
                SERVICE_ACCOUNT='db'
                TRUST_DOMAIN='cluster.local'
                """.formatted(secret("flag-s3cret"), secret("env-s3cret")));
        file("/etc/istio/config/mesh", """
                defaultConfig:
                  discoveryAddress: istiod.istio-system.svc:15012
                  meshId: mesh1
                  proxyMetadata: {API_TOKEN: %s, ISTIO_META_NETWORK: vm-net}
                  tracing: {lightstep: {accessToken: %s}}
                """.formatted(secret("metadata-s3cret"), secret("tracing-s3cret")));
        file(
                "/etc/hosts",
                "127.0.0.1 localhost\n192.0.2.10 istiod.istio-system.svc\n10.9.9.9 " + secret("private-host") + "\n");
        file("/etc/certs/cert-chain.pem", LEAF.pem());
        file("/etc/certs/root-cert.pem", CA.pem());
        file("/etc/certs/key.pem", LEAF.keyPem());
        LEAF.keyPem().lines().filter(line -> line.length() > 50).forEach(secrets::add);
        String claims = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"exp\":1787500000,\"sub\":\"system:serviceaccount:shop:db\"}"
                        .getBytes(StandardCharsets.UTF_8));
        file(
                "/var/run/secrets/tokens/istio-token",
                "eyJhbGciOiJSUzI1NiJ9." + secret(claims) + "." + secret("c2lnbmF0dXJlLXNpZ25hdHVyZQ"));
        file("/var/log/istio/istio.log", """
                2026-08-22T15:00:10.000000Z\tinfo\tEnvoy proxy is ready
                2026-08-22T15:00:11.000000Z\tinfo\tnobody needs to know %s
                """.formatted(secret("log-s3cret")));
        file("/var/log/istio/istio.err.log", """
                2026-08-22T15:00:18.123456Z\twarn\txdsproxy\tfailed to connect to upstream istiod.istio-system.svc:15012: dial tcp 192.0.2.10:15012: connect: connection refused
                2026-08-22T15:00:19.123456Z\twarn\txdsproxy\tupstream [1] terminated with unexpected error rpc error: code = Unauthenticated desc = token=%s
                """.formatted(secret("upstream-s3cret")));
    }

    private void commands() throws IOException {
        // As a German machine would answer who does not ask for the C locale.
        command("systemctl", """
                case "$LC_ALL" in C) since='Sat 2026-08-22 14:00:40 UTC';; *) since='Sa 2026-08-22 16:00:40 CEST';; esac
                cat <<END
                LoadState=loaded
                ActiveState=active
                SubState=running
                Result=success
                NRestarts=2
                ExecMainCode=0
                ExecMainStatus=0
                ExecMainStartTimestamp=$since
                ExecMainStartTimestampMonotonic=40000000
                Environment=%s
                END
                """.formatted(secret("unit-s3cret")));
        command("journalctl", """
                cat <<'END'
                {"__CURSOR":"s=1;i=1","__REALTIME_TIMESTAMP":"1787410805000000","PRIORITY":"6","_PID":"1","MESSAGE":"Started istio.service - istio-sidecar: The Istio sidecar."}
                {"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1787410806000000","PRIORITY":"3","MESSAGE":[109,105,115,115,105,110,103,32,105,115,116,105,111,45,116,111,107,101,110]}
                END
                """);
        String rules = """
                cat <<'END'
                # Generated by iptables-save v1.8.9 (nf_tables) on Sat Aug 22 15:00:30 2026
                *filter
                :INPUT ACCEPT [0:0]
                -A INPUT -s 10.66.66.66/32 -m comment --comment "%1$s" -j DROP
                COMMIT
                *nat
                :PREROUTING ACCEPT [0:0]
                :OUTPUT ACCEPT [0:0]
                :ISTIO_INBOUND - [0:0]
                :ISTIO_IN_REDIRECT - [0:0]
                :ISTIO_OUTPUT - [0:0]
                :ISTIO_REDIRECT - [0:0]
                -A PREROUTING -p tcp -j ISTIO_INBOUND
                -A OUTPUT -p tcp -m comment --comment "%1$s" -j ISTIO_OUTPUT
                -A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
                -A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
                -A ISTIO_OUTPUT -j ISTIO_REDIRECT
                -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
                COMMIT
                END
                """.formatted(secret("rule-s3cret"));
        command("iptables-save", rules);
        command("ip6tables-save", rules);
        command("nft", """
                cat <<'END'
                table inet filter {
                	set blocked {
                		type ipv4_addr
                		elements = { 10.66.66.66 }
                	}
                }
                table ip nat {
                	chain OUTPUT {
                		type nat hook output priority -100; policy accept;
                		meta l4proto tcp counter packets 0 bytes 0 comment "%s" jump ISTIO_OUTPUT
                	}
                	chain ISTIO_OUTPUT {
                		counter packets 0 bytes 0 jump ISTIO_REDIRECT
                	}
                	chain ISTIO_REDIRECT {
                		meta l4proto tcp counter packets 0 bytes 0 redirect to :15001
                	}
                }
                END
                """.formatted(secret("nft-s3cret")));
    }

    private void envoy() {
        page("ready", "/healthz/ready", "");
        page("agent", "/healthz/ready", "");
        page("agent", "/stats/prometheus", """
                # TYPE istio_agent_istiod_connection_failures counter
                istio_agent_istiod_connection_failures{type="unavailable"} 3
                istio_agent_cert_expiry_seconds{resource_name="default"} 3600
                my_application_requests{password="%s"} 1
                """.formatted(secret("app-s3cret")));
        String node = """
                "node":{"id":"sidecar~10.0.0.7~db-1.shop~shop.svc.cluster.local","cluster":"db.shop",
                 "metadata":{"CLUSTER_ID":"east","NETWORK":"vm-net","MESH_ID":"mesh1","ISTIO_VERSION":"1.28.1",
                  "PROXY_CONFIG":{"discoveryAddress":"istiod.istio-system.svc:15012","proxyMetadata":{"T":"%s"}},
                  "LABELS":{"istio.io/rev":"default"}}}""".formatted(secret("node-s3cret"));
        page(
                "admin",
                "/server_info",
                "{\"version\":\"abc/1.36.2/Clean/RELEASE/BoringSSL\",\"state\":\"LIVE\","
                        + "\"command_line_options\":{\"config_yaml\":\"" + secret("yaml-s3cret") + "\"}," + node + "}");
        page("admin", "/config_dump", """
                {"configs":[
                 {"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{%s,
                   "dynamic_resources":{"ads_config":{"api_type":"DELTA_GRPC"}}}},
                 {"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","version_info":"v1",
                  "static_clusters":[{"cluster":{"name":"agent"}},{"cluster":{"name":"sds-grpc"}}],
                  "dynamic_active_clusters":[{"cluster":{"name":"outbound|80||web.shop.svc.cluster.local",
                    "transport_socket":{"private_key":"%s"}}}]},
                 {"dynamic_endpoint_configs":[{"endpoint_config":{"cluster_name":"outbound|80||web.shop.svc.cluster.local",
                   "endpoints":[{"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"10.1.2.3"}}},
                     "health_status":"UNHEALTHY",
                     "metadata":{"filter_metadata":{"istio":{"workload":"web;shop;web;v1;east"}}}}]}]}}]},
                 {"dynamic_listeners":[{"name":"0.0.0.0_80","error_state":{"details":"bad near password=%s",
                    "last_update_attempt":"2026-08-22T14:59:00Z","failed_configuration":{"name":"0.0.0.0_80"}}}]},
                 {"dynamic_active_secrets":[
                   {"name":"default","secret":{"name":"default","tls_certificate":{
                     "certificate_chain":{"inline_bytes":"%s"},"private_key":{"inline_bytes":"%s"}}}},
                   {"name":"ROOTCA","secret":{"name":"ROOTCA","validation_context":{"trusted_ca":{"inline_bytes":"%s"}}}}]}]}
                """.formatted(
                        node,
                        secret("tls-s3cret"),
                        secret("details-s3cret"),
                        TestCertificates.base64(LEAF.pem() + LEAF.keyPem()),
                        secret(TestCertificates.base64(LEAF.keyPem()).substring(0, 200)),
                        TestCertificates.base64(CA.pem())));
        page("admin", "/clusters", """
                {"cluster_statuses":[{"name":"outbound|80||web.shop.svc.cluster.local","host_statuses":[
                  {"address":{"socket_address":{"address":"10.1.2.3"}},"health_status":{"failed_outlier_check":true}},
                  {"health_status":{"eds_health_status":"HEALTHY"}}]}]}""");
        page("admin", "/certs", """
                {"certificates":[{"ca_cert":[],"cert_chain":[{"path":"<inline>","serial_number":"0a",
                  "subject_alt_names":[{"uri":"spiffe://cluster.local/ns/shop/sa/db"}],
                  "valid_from":"2026-01-01T00:00:00Z","expiration_time":"2036-01-01T00:00:00Z"}]}]}""");
        page("admin", "/stats", "cluster_manager.cds.version: 1\n");
    }

    private String secret(String text) {
        secrets.add(text);
        return text;
    }

    /** Texts that stand on the machine and must never leave it. */
    public List<String> secrets() {
        return List.copyOf(secrets);
    }

    /** Writes a file of the machine. */
    public void file(String path, String content) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Takes a file away. */
    public void without(String path) throws IOException {
        Files.delete(root.resolve(path.substring(1)));
    }

    /** A command that does what the lines of a shell do. */
    public void command(String name, String script) throws IOException {
        file("/usr/bin/" + name, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(root.resolve("usr/bin/" + name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A page that is answered with 200. */
    public void page(String port, String path, String body) {
        page(port, path, request -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            request.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            request.getResponseBody().write(bytes);
            request.close();
        });
    }

    public void page(String port, String path, Answer answer) {
        pages.put(port + " " + path, answer);
    }

    /** Nothing listens on a port any more. */
    public void silent(String port) {
        servers.get(port).stop(0);
    }

    /** Settings for this machine, and more. */
    public VmConfig config(Path state, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "root", root.toString(),
                "state", state.toString(),
                "ports.admin", port("admin"),
                "ports.ready", port("ready"),
                "ports.agent", port("agent")));
        options.putAll(more);
        return VmConfigReader.read(options, Map.of(), null, false);
    }

    private String port(String name) {
        return String.valueOf(servers.get(name).getAddress().getPort());
    }

    /** A collector that tells this publisher, at a time that stands still. */
    public VmSurroundings around(VmConfig config, FactPublisher publisher) {
        return new VmSurroundings(
                config,
                VmSurroundings.machine(config),
                publisher,
                Optional.empty(),
                new SimpleMeterRegistry(),
                InstantSource.fixed(NOW));
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.stop(0));
        requests.shutdownNow();
    }
}
