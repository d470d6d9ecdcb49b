package io.meshdiag.simulator;

import io.meshdiag.simulator.fault.Fault;
import io.meshdiag.simulator.fault.Faults;
import io.meshdiag.simulator.fleet.Addressing;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.FleetPlan;
import io.meshdiag.simulator.fleet.Settings;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ScenarioFile;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A fleet, what is wrong with it, and the incidents that this must lead to. See docs/simulator.md for the file.
 *
 * @param name one word
 * @param story what a reader should know before looking at the findings
 * @param mesh mesh id
 * @param time when the archives were taken
 * @param seed everything that looks random comes from it
 * @param istioVersion decides the form of the pages
 * @param fullSecrets archives taken with --full-secrets
 * @param dumps proxies per cluster whose Envoy was dumped
 */
public record Scenario(
        String name,
        String story,
        String mesh,
        Instant time,
        int seed,
        String istioVersion,
        boolean fullSecrets,
        int dumps,
        List<ClusterSpec> clusters,
        List<ServiceSpec> services,
        List<Fault> faults,
        List<Expected> expected) {

    private static final List<String> BUNDLED = List.of(
            "healthy-5",
            "own-root",
            "root-rotation",
            "root-rotation-ambient",
            "root-rotation-wrong-order",
            "root-dropped-early",
            "root-rotation-waves",
            "root-rotation-complete",
            "root-rotation-done",
            "root-expiring",
            "ca-expiring",
            "trust-domain",
            "trust-domain-aliased",
            "root-twin",
            "root-configmap-stale",
            "certificates-not-renewed",
            "clock-behind",
            "control-plane-port-closed",
            "remote-secret-missing",
            "envoyfilter-rejected",
            "ca-bundle-overwritten",
            "remote-credential-expired",
            "remote-credential-expiring",
            "rotated-secret-ignored",
            "api-server-unreachable",
            "api-server-path-cut",
            "proxies-claim-unknown-cluster",
            "cluster-id-taken",
            "cluster-id-default",
            "remote-secret-loopback",
            "remote-secret-of-another",
            "reader-role-old",
            "reader-role-older",
            "sync-metric-wrong",
            "cidr-overlap",
            "endpoints-frozen",
            "failover-blind",
            "gateway-down",
            "gateway-down-ejected",
            "gateway-ejected",
            "gateway-pending",
            "gateway-unknown",
            "network-label-wrong",
            "passthrough-missing",
            "proxy-endpoints-kept",
            "proxy-endpoints-stale",
            "replica-blind",
            "service-redefined",
            "vm-healthy",
            "vm-power-off",
            "vm-token-lost",
            "vm-registration-refused",
            "workload-entry-left",
            "workload-group-removed",
            "vm-disconnected",
            "vm-network-wrong",
            "vm-redirection-flushed",
            "vm-agent-down",
            "vm-root-stale",
            "duplicate-id-and-webhook",
            "gateways-down",
            "cause-and-stranger",
            "rotation-and-secret-missing",
            "fleet-healthy",
            "fleet-credential-expired",
            "fleet-two-faults",
            "fleet-common-factor",
            "fleet-version-cohort",
            "fleet-one-version",
            "fleet-changed-object",
            "stateful-collapse",
            "demo",
            "live");
    static final Instant DEFAULT_TIME = Instant.parse("2026-11-20T09:30:00Z");

    /** Names of the scenarios that come with the simulator. */
    public static List<String> bundledNames() {
        return BUNDLED;
    }

    /**
     * A scenario that comes with the simulator.
     *
     * @throws IllegalArgumentException when there is none of that name; the message lists the names
     */
    public static Scenario bundled(String name) {
        return bundled(name, null);
    }

    /**
     * A scenario that comes with the simulator, at another time: what the file dates relative to its time moves along.
     *
     * @param time in place of the file's; null for the file's own
     * @throws IllegalArgumentException when there is none of that name; the message lists the names
     */
    public static Scenario bundled(String name, Instant time) {
        if (!BUNDLED.contains(name)) {
            throw new IllegalArgumentException("No scenario '" + name + "'; there are " + String.join(", ", BUNDLED));
        }
        try (InputStream in =
                Objects.requireNonNull(Scenario.class.getResourceAsStream("/scenarios/" + name + ".yaml"))) {
            return ScenarioFile.read(in, name + ".yaml", fields -> read(fields, time));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a scenario file.
     *
     * @throws io.meshdiag.simulator.scenario.ScenarioException with all mistakes of the file
     * @throws IOException when the file cannot be read
     */
    public static Scenario load(Path file) throws IOException {
        return load(file, null);
    }

    /**
     * Reads a scenario file for another time.
     *
     * @param time in place of the file's; null for the file's own
     * @throws io.meshdiag.simulator.scenario.ScenarioException with all mistakes of the file
     * @throws IOException when the file cannot be read
     */
    public static Scenario load(Path file, Instant time) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ScenarioFile.read(in, file.toString(), fields -> read(fields, time));
        }
    }

    /** The same fleet with other faults; what it must lead to is no longer known. */
    public Scenario with(List<Fault> others) {
        return new Scenario(
                name,
                story,
                mesh,
                time,
                seed,
                istioVersion,
                fullSecrets,
                dumps,
                clusters,
                services,
                List.copyOf(others),
                List.of());
    }

    /** The fleet with all its faults. */
    public Fleet fleet(Addressing addressing) {
        Settings settings = new Settings(mesh, time, seed, istioVersion, fullSecrets, dumps, addressing);
        Fleet fleet = FleetPlan.lay(settings, clusters, services);
        faults.forEach(fault -> fault.applyTo(fleet));
        return fleet;
    }

    private static Scenario read(Fields fields, Instant another) {
        Instant own = fields.time("time", DEFAULT_TIME);
        Instant time = another == null ? own : another;
        Scenario scenario = new Scenario(
                fields.text("name"),
                fields.text("story", ""),
                fields.text("mesh"),
                time,
                fields.number("seed", 1, 0, Integer.MAX_VALUE),
                fields.text("istioVersion", "1.28.1"),
                fields.flag("fullSecrets", false),
                fields.number("dumps", 12, 0, 100_000),
                fields.objects("clusters", ScenarioFile::cluster),
                ScenarioFile.services(fields),
                fields.objects("faults", fault -> Faults.read(fault, time.minus(Duration.ofMinutes(20)))),
                fields.objects("expected", Expected::read));
        scenario.check(fields);
        return scenario;
    }

    private void check(Fields fields) {
        if (!istioVersion.matches("1\\.\\d+\\.\\d+")) {
            fields.problem("istioVersion", "must be a version such as 1.28.1, not '" + istioVersion + "'");
        }
        if (clusters.isEmpty()) {
            fields.problem("clusters", "must name at least one cluster");
        }
        if (clusters.size() > 150) {
            fields.problem("clusters", "may be at most 150: addresses are numbered by cluster");
        }
        Set<String> ids = new HashSet<>();
        clusters.stream()
                .filter(cluster -> !ids.add(cluster.id()))
                .forEach(cluster -> fields.problem("clusters", "name '" + cluster.id() + "' twice"));
        for (int i = 0; i < services.size(); i++) {
            for (String cluster : unknown(services.get(i).clusters())) {
                fields.problem("services[" + i + "].clusters", "no cluster '" + cluster + "' in this scenario");
            }
        }
        for (int i = 0; i < faults.size(); i++) {
            String at = "faults[" + i + "]";
            unknown(faults.get(i).clusters())
                    .forEach(cluster -> fields.problem(at, "no cluster '" + cluster + "' in this scenario"));
            faults.get(i).problems(clusters, services).forEach(what -> fields.problem(at, what));
        }
        for (int i = 0; i < expected.size(); i++) {
            String at = "expected[" + i + "]";
            unknown(expected.get(i).clusters()).stream()
                    .filter(cluster ->
                            faults.stream().noneMatch(fault -> fault.names().contains(cluster)))
                    .forEach(cluster -> fields.problem(at, "no cluster '" + cluster + "' in this scenario"));
        }
    }

    private Set<String> unknown(List<String> mentioned) {
        Set<String> ids = clusters.stream().map(ClusterSpec::id).collect(Collectors.toSet());
        return mentioned.stream().filter(id -> !ids.contains(id)).collect(Collectors.toSet());
    }
}
