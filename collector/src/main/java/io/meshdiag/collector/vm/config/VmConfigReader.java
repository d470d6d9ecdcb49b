package io.meshdiag.collector.vm.config;

import io.meshdiag.collector.config.KafkaSettings;
import io.meshdiag.collector.config.SettingsLayers;
import io.meshdiag.collector.vm.config.VmConfig.Intervals;
import io.meshdiag.collector.vm.config.VmConfig.Logs;
import io.meshdiag.collector.vm.config.VmConfig.Ports;
import io.meshdiag.config.Setting;
import io.meshdiag.config.SettingReader;
import io.meshdiag.config.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Every setting once: its name, its default, its bounds, and what it means. The documentation's table is made of this. */
public final class VmConfigReader {
    private static final String PREFIX = "MESHDIAG_VM_";
    private static final String DEFAULT_STATE = "/var/lib/meshdiag-vm";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MAX_PORT = 65_535;
    private static final String ABSOLUTE = "/[^\\s,]*";
    private static final String A_PATH = "an absolute path";

    private final SettingsReader read;
    private final Map<String, String> environment;

    private VmConfigReader(SettingsReader read, Map<String, String> environment) {
        this.read = read;
        this.environment = environment;
    }

    /**
     * Reads the configuration: options win over the environment, that over the file, and that over defaults.
     *
     * @param options by setting, such as {@code root}
     * @param file null = none
     * @param sends whether facts are sent: only then Kafka must be set
     * @throws io.meshdiag.config.ConfigException with everything that is wrong
     */
    public static VmConfig read(
            Map<String, String> options, Map<String, String> environment, Path file, boolean sends) {
        SettingsReader read = SettingsLayers.reader(PREFIX, options, environment, file);
        VmConfig config = new VmConfigReader(read, environment).config(sends);
        read.done();
        return config;
    }

    /** All settings with their defaults. */
    public static List<Setting> all() {
        return read(Map.of(), Map.of(), null, false).effective().stream()
                .map(Setting.Effective::setting)
                .toList();
    }

    private VmConfig config(boolean sends) {
        return new VmConfig(
                Path.of(path("root", "/", "Directory that is taken for the machine's root.")),
                Path.of(
                        path(
                                "state",
                                // systemd's StateDirectory= gives one or several, separated by colons.
                                environment.getOrDefault("STATE_DIRECTORY", DEFAULT_STATE)
                                        .split(":", 2)[0],
                                "Directory where the place in the logs and what was told is kept; under systemd STATE_DIRECTORY.")),
                of("unit", "Unit of systemd that runs the agent.")
                        .text("istio", "[A-Za-z0-9:_.@\\\\-]{1,255}", "the name of a unit"),
                path("sidecarEnv", "/var/lib/istio/envoy/sidecar.env", "Settings of the agent that users write."),
                path("clusterEnv", "/var/lib/istio/envoy/cluster.env", "Settings of the agent that istioctl writes."),
                path("meshConfig", "/etc/istio/config/mesh", "Mesh config of the agent."),
                path(
                        "certificates",
                        "/etc/certs",
                        "Directory of cert-chain.pem and root-cert.pem; keys are never read."),
                path("token", "/var/run/secrets/tokens/istio-token", "Token of the agent; only its expiry is told."),
                ports(),
                new Logs(
                        paths(
                                "logs.files",
                                "/var/log/istio/istio.log,/var/log/istio/istio.err.log",
                                "Logs of agent and Envoy; beside them the journal of the unit is read."),
                        of("logs.window", "How long a signal is told after its line.")
                                .duration(HOUR, MINUTE, DAY),
                        (int) of("logs.maxBytes", "Bytes of one log in one reading: of more, the newest.")
                                .size(1 << 20, 1 << 16, 1 << 24)),
                intervals(),
                of(
                                "heartbeatInterval",
                                "Between two heartbeats; what a collector said becomes unknown when it misses several.")
                        .duration(Duration.ofSeconds(30), SECOND, HOUR),
                of("refresh", "After how long an unchanged fact is told again, so that a lost record heals.")
                        .duration(Duration.ofMinutes(10), MINUTE, DAY),
                of("httpAddress", "Where /healthz, /readyz and /metrics are.")
                        .variable("MESHDIAG_HTTP_ADDRESS")
                        .text("127.0.0.1:9464", "([^:/]+|\\[[0-9a-fA-F:]+]):\\d{1,5}", "host:port"),
                KafkaSettings.read(read, environment, sends),
                read.settings());
    }

    private Ports ports() {
        return new Ports(
                port("ports.admin", 15_000, "Envoy's admin port, on loopback."),
                port("ports.ready", 15_021, "Where Envoy answers /healthz/ready."),
                port("ports.agent", 15_020, "Where the agent answers /healthz/ready and shows its metrics."));
    }

    private Intervals intervals() {
        return new Intervals(
                interval("intervals.ready", Duration.ofSeconds(15), "Between two reads of readiness."),
                interval(
                        "intervals.agent",
                        Duration.ofSeconds(30),
                        "Between two reads of unit, processes and Envoy's state."),
                interval(
                        "intervals.files",
                        MINUTE,
                        "Between two reads of settings, certificates, token and the agent's metrics."),
                interval("intervals.redirection", MINUTE, "Between two reads of iptables and nftables."),
                interval(
                        "intervals.dump",
                        Duration.ofMinutes(5),
                        "Between two reads of Envoy's configuration; earlier when Envoy counts a change."),
                interval("intervals.logs", MINUTE, "Between two reads of the logs."));
    }

    private Duration interval(String name, Duration otherwise, String meaning) {
        return of(name, meaning).duration(otherwise, SECOND, HOUR);
    }

    private int port(String name, int otherwise, String meaning) {
        return of(name, meaning).number(otherwise, 1, MAX_PORT);
    }

    private String path(String name, String otherwise, String meaning) {
        return of(name, meaning).text(otherwise, ABSOLUTE, A_PATH);
    }

    private List<String> paths(String name, String otherwise, String meaning) {
        List<String> paths = of(name, meaning).list(otherwise);
        paths.stream()
                .filter(path -> !path.matches(ABSOLUTE))
                .forEach(path -> read.problem(name + " has a part that is not " + A_PATH));
        return paths;
    }

    private SettingReader of(String name, String meaning) {
        return read.of(name, meaning);
    }
}
