package io.meshdiag.simulator.artifact.vm;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.TextPage;
import io.meshdiag.simulator.artifact.envoy.CertsPage;
import io.meshdiag.simulator.artifact.envoy.ConfigDump;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.artifact.envoy.ServerInfo;
import io.meshdiag.simulator.artifact.kubernetes.Addresses;
import io.meshdiag.simulator.artifact.log.LogFile;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.IstiodView;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.fleet.VmState;
import io.meshdiag.simulator.pki.Pem;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The table of contents of one virtual machine's capture; paths are those below the folder of the capture. */
public final class Capture {
    private static final String FOLDER = "vm/";

    private final Fleet fleet;
    private final Cluster cluster;
    private final Vm vm;
    private final VmState state;
    private final Proxy proxy;
    private final Instant now;

    private Capture(Fleet fleet, Cluster cluster, Vm vm) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.vm = vm;
        this.state = cluster.state(vm);
        this.proxy = cluster.proxy(vm);
        this.now = fleet.settings().time();
    }

    /** All files; each writes itself only when asked to. */
    public static List<Artifact> of(Fleet fleet, Cluster cluster, Vm vm) {
        return new Capture(fleet, cluster, vm).files();
    }

    private List<Artifact> files() {
        List<Artifact> files = new ArrayList<>(List.of(
                text("capture.json", label()),
                text("cluster.env", clusterEnv()),
                text("mesh.yaml", meshConfig()),
                text("hosts", gateway() + " " + istiodHost() + "\n"),
                text("systemctl-show", unit()),
                text("processes", processes()),
                text("listeners", listeners()),
                text("cert-chain.pem", Pem.of(cluster.trust().certificateOf(proxy, now))),
                text("root-cert.pem", Pem.of(cluster.trust().bundleOf(proxy))),
                text("iptables-save", PacketFilter.rules(state.redirected())),
                text("ip6tables-save", PacketFilter.rules(state.redirected())),
                renamed("istio.log", new LogFile("", log()))));
        if (state.token()) {
            files.add(text("token", token()));
        }
        files.add(text("agent-ready", ready()));
        files.add(text("ready", ready()));
        if (state.agentRuns()) {
            files.add(text("agent-metrics", metrics()));
            files.addAll(envoy());
        }
        return files;
    }

    private List<Artifact> envoy() {
        ProxyView view = new ProxyView(
                fleet,
                cluster,
                proxy,
                new IstiodView(fleet, cluster, cluster.connections().istiodOf(proxy)));
        Artifact info = renamed("server_info", new ServerInfo(view));
        return state.configured()
                ? List.of(info, renamed("config_dump", new ConfigDump(view)), renamed("certs", new CertsPage(view)))
                : List.of(info);
    }

    /** That nothing listens is an answer too, and no page that could not be read. */
    private String ready() {
        return state.agentRuns() ? state.configured() ? "200" : "503" : "none";
    }

    private String label() {
        return String.format(
                """
                {
                  "hostName" : "%s",
                  "machineUid" : "%s",
                  "bootedAt" : "%s",
                  "capturedAt" : "%s",
                  "addresses" : [ "%s" ],
                  "unread" : [ %s ]
                }
                """,
                vm.name(),
                fleet.names().uuid(cluster.name(), vm.id(), "machine").replace("-", ""),
                now.minus(state.up()),
                now,
                vm.ip(),
                String.join(", ", unread()));
    }

    private List<String> unread() {
        List<String> unread = new ArrayList<>();
        if (!state.token()) {
            unread.add(unread("vm/token", "token", "MISSING", "/var/run/secrets/tokens/istio-token is not there"));
        }
        if (!state.agentRuns()) {
            unread.add(unread("vm/agent-metrics", "agent-metrics", "UNREACHABLE", "nothing listens on port 15020"));
            unread.add(unread("vm/server_info", "server_info", "UNREACHABLE", "nothing listens on port 15000"));
        }
        unread.add(unread("vm/nftables", "nft-ruleset", "MISSING", "there is no command nft"));
        unread.add(unread("vm/journal", "journal.log", "MISSING", "there is no command journalctl"));
        return unread;
    }

    private static String unread(String source, String file, String state, String detail) {
        return "{ \"source\" : \"" + source + "\", \"file\" : \"" + file + "\", \"state\" : \"" + state
                + "\", \"detail\" : \"" + detail + "\" }";
    }

    private String clusterEnv() {
        return String.join(
                "\n",
                "ISTIO_INBOUND_PORTS='*'",
                "ISTIO_META_AUTO_REGISTER_GROUP='" + vm.group() + "'",
                "ISTIO_META_CLUSTER_ID='" + cluster.id() + "'",
                "ISTIO_META_DNS_CAPTURE='true'",
                "ISTIO_META_MESH_ID='" + fleet.settings().mesh() + "'",
                "ISTIO_META_NETWORK='" + state.network() + "'",
                "ISTIO_META_WORKLOAD_NAME='" + vm.group() + "'",
                "ISTIO_NAMESPACE='" + vm.namespace() + "'",
                "ISTIO_SERVICE='" + vm.group() + "." + vm.namespace() + "'",
                "ISTIO_SERVICE_CIDR='*'",
                "POD_NAMESPACE='" + vm.namespace() + "'",
                "SERVICE_ACCOUNT='" + vm.group() + "'",
                "TRUST_DOMAIN='" + cluster.trust().domain() + "'",
                "");
    }

    private String meshConfig() {
        return "defaultConfig:\n  discoveryAddress: " + Addresses.istiod(proxy.revision()) + "\n  meshId: "
                + fleet.settings().mesh() + "\n  proxyMetadata:\n    ISTIO_META_CLUSTER_ID: " + cluster.id() + "\n";
    }

    private String istiodHost() {
        return Addresses.istiod(proxy.revision()).replace(":15012", "");
    }

    /** Machines reach istiod through the east-west gateway, or through one for this purpose. */
    private String gateway() {
        return cluster.services().containsKey("istio-system/istio-eastwestgateway")
                ? cluster.eastWestGateway().externalAddress().orElse("192.0.2.10")
                : "192.0.2.10";
    }

    private String unit() {
        Instant started = now.minus(state.up()).plusSeconds(9);
        return state.agentRuns()
                ? String.join(
                        "\n",
                        "Result=success",
                        "NRestarts=0",
                        "ExecMainStartTimestamp=@" + started.getEpochSecond(),
                        "ExecMainStartTimestampMonotonic=9000000",
                        "ExecMainCode=0",
                        "ExecMainStatus=0",
                        "LoadState=loaded",
                        "ActiveState=active",
                        "SubState=running",
                        "")
                : String.join(
                        "\n",
                        "Result=exit-code",
                        "NRestarts=5",
                        "ExecMainStartTimestamp=@"
                                + now.minus(Duration.ofMinutes(30)).getEpochSecond(),
                        "ExecMainStartTimestampMonotonic="
                                + state.up().minusMinutes(30).toMillis() * 1000,
                        "ExecMainCode=1",
                        "ExecMainStatus=255",
                        "LoadState=loaded",
                        "ActiveState=failed",
                        "SubState=failed",
                        "");
    }

    /** Seconds from boot to start, then the arguments that say what is logged. */
    private String processes() {
        return state.agentRuns() ? "9\t/usr/local/bin/pilot-agent\n11\t/usr/local/bin/envoy\n" : "";
    }

    /** Envoy opens the ports of redirected traffic when istiod has told it to. */
    private String listeners() {
        if (!state.agentRuns()) {
            return "";
        }
        return (state.configured() ? "15000\n15001\n15006\n" : "15000\n") + "15020\n15021\n15053\n15090\n";
    }

    private String metrics() {
        Instant end =
                cluster.trust().certificateOf(proxy, now).get(0).getNotAfter().toInstant();
        return "# TYPE istio_agent_cert_expiry_seconds gauge\nistio_agent_cert_expiry_seconds{resource_name=\"default\"} "
                + Duration.between(now, end).toSeconds()
                + "\n# TYPE istio_agent_istiod_connection_failures counter\nistio_agent_istiod_connection_failures "
                + (state.connected() ? 0 : 31) + "\n";
    }

    /** As "istioctl x workload entry configure" makes it: good for an hour. Signed by nobody. */
    private String token() {
        long end = now.minus(Duration.ofDays(20)).plus(Duration.ofHours(1)).getEpochSecond();
        return "e30."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(("{\"exp\":" + end + "}").getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    private List<LogLine> log() {
        Instant start = now.minus(state.up()).plusSeconds(10);
        List<LogLine> lines = new ArrayList<>(List.of(new LogLine(
                start,
                "info",
                "xdsproxy",
                "Initializing with upstream address \"" + Addresses.istiod(proxy.revision()) + "\" and cluster \""
                        + cluster.id() + "\"")));
        if (state.configured()) {
            lines.add(new LogLine(start.plusSeconds(3), "info", "", "Readiness succeeded in 2.97s"));
            lines.add(new LogLine(start.plusSeconds(3), "info", "", "Envoy proxy is ready"));
        }
        lines.addAll(state.log());
        return lines;
    }

    private static Artifact text(String file, String text) {
        return new TextPage(FOLDER + file, text);
    }

    private static Artifact renamed(String file, Artifact page) {
        return new Artifact() {
            @Override
            public String path() {
                return FOLDER + file;
            }

            @Override
            public void writeTo(Writer out) throws IOException {
                page.writeTo(out);
            }
        };
    }
}
