package io.meshdiag.processor.scope;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.Workload;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a cluster's rows add up to. A pure function of the rows, of what was said before, and of the clock (for silence).
 *
 * @param summary empty while no collector was heard, and when nothing is left of the cluster
 * @param outlived rows to forget: gone since the look before, or events past their retention
 * @param services service scopes that the cluster has rows in
 * @param silentAt when the cluster falls silent unless it is heard again
 */
public record ClusterState(
        Optional<ClusterSummary> summary, List<Row<?>> outlived, Set<String> services, Optional<Instant> silentAt) {
    /** As long as the topics of events keep them. */
    private static final Duration EVENT_RETENTION = Duration.ofDays(7);

    /**
     * Adds up.
     *
     * @param facts all rows of the cluster
     * @param before the summary that was last sent; null when none was
     */
    public static ClusterState of(List<Row<?>> facts, ClusterSummary before, Instant now) {
        Optional<Heartbeats> heard = Heartbeats.in(facts);
        boolean empty = facts.stream().allMatch(row -> row.key().kind() == FactKind.HEARTBEAT);
        if (heard.isEmpty() || (empty && before != null)) {
            return new ClusterState(Optional.empty(), List.of(), Set.of(), Optional.empty());
        }
        Heartbeats heartbeats = heard.get();
        Completeness completeness = Completeness.of(facts, heartbeats, before);
        Instant asOf = heartbeats.archive() ? heartbeats.at() : newest(facts);
        List<Row<?>> outlived = Stream.concat(
                        completeness.complete() ? completeness.unconfirmed().stream() : Stream.empty(),
                        facts.stream().filter(row -> expired(row, asOf)))
                .distinct()
                .toList();
        List<Row<?>> current =
                facts.stream().filter(row -> !outlived.contains(row)).toList();
        Set<String> services = current.stream()
                .flatMap(row -> RowKeys.service(row.key()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        ClusterSummary summary = summarize(current, heartbeats, completeness, asOf, now);
        return new ClusterState(Optional.of(summary), outlived, services, heartbeats.silentAt());
    }

    /** The summary as service scopes get it: without trust, endpoints and addresses, which only mesh rules need. */
    public static ClusterSummary withoutTrust(ClusterSummary summary) {
        return ClusterSummary.newBuilder(summary)
                .setTrustedRoots(List.of())
                .setIssuers(List.of())
                .setRemoteEndpoints(List.of())
                .setSharedServices(0)
                .setSharedSamples(List.of())
                .setPodCidrs(List.of())
                .setTrustHolders(0)
                .setZtunnelRoots(List.of())
                .setZtunnels(0)
                .setStrangers(List.of())
                .setStrangersCount(0)
                .setClosedPorts(List.of())
                .build();
    }

    private static ClusterSummary summarize(
            List<Row<?>> facts, Heartbeats heartbeats, Completeness completeness, Instant asOf, Instant now) {
        FactHeader header = heartbeats.main().getHeader();
        // A capture of a machine is an archive too: one look, judged at its own time.
        CollectorMode mode =
                heartbeats.archive() ? CollectorMode.ARCHIVE : heartbeats.main().getMode();
        TrustRollup trust = new TrustRollup(of(TrustBundle.class, facts));
        ClusterSummary.Builder summary = ClusterSummary.newBuilder()
                .setMeshId(header.getMeshId())
                .setClusterId(header.getClusterId())
                .setClusterUid(header.getClusterUid())
                .setAsOf(asOf)
                .setComplete(completeness.complete())
                .setSilent(heartbeats.silentAt().filter(at -> !now.isBefore(at)).isPresent())
                .setMode(mode)
                .setLook(heartbeats.main().getLook())
                .setPreviousLookAt(completeness.previousLookAt())
                .setSources(heartbeats.sources())
                .setLate(heartbeats.late())
                .setClosedPorts(ClosedPorts.of(facts, asOf))
                .setLinkedTo(links(facts, header.getClusterId()))
                .setPrimary(facts.stream().anyMatch(row -> row.key().kind() == FactKind.REMOTE_CLUSTER_STATUS))
                // A builder knows no defaults before it builds, and the profile may not have arrived yet.
                .setClusterLocalHosts(List.of())
                .setIstiodNamespaces(List.of())
                .setTrustedRoots(trust.trustedRoots())
                .setIssuers(trust.issuers())
                .setTrustHolders(trust.trustHolders())
                .setZtunnelRoots(trust.ztunnelRoots())
                .setZtunnels(trust.ztunnels())
                .setVmSignals(List.of())
                .setVersions(List.of());
        if (heartbeats.vm().isPresent()) {
            return MachineRollup.of(summary.build(), heartbeats.vm().get(), facts);
        }
        of(ClusterProfile.class, facts).stream().findFirst().ifPresent(profile -> describe(summary, profile));
        summary.setVersions(VersionRollup.of(of(ClusterProfile.class, facts), of(ProxyStatus.class, facts)));
        ClusterSummary described =
                Strangers.of(summary.build(), of(ProxyStatus.class, facts), of(Workload.class, facts));
        return EndpointRollup.of(described, of(ServiceEndpoints.class, facts), of(EndpointShards.class, facts))
                .summary();
    }

    private static void describe(ClusterSummary.Builder summary, ClusterProfile profile) {
        summary.setNetwork(profile.getNetwork())
                .setTrustDomain(profile.getTrustDomain())
                .setTrustDomainAliases(profile.getTrustDomainAliases())
                .setClusterLocalHosts(profile.getClusterLocalHosts())
                .setPrimary(summary.getPrimary() || !profile.getControlPlanes().isEmpty())
                .setCaSecret(profile.getCaSecret())
                .setApiServerCaSha256(profile.getApiServerCaSha256())
                .setPodCidrs(profile.getPodCidrs())
                .setIstiodNamespaces(profile.getControlPlanes().stream()
                        .map(ControlPlane::getNamespace)
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static List<String> links(List<Row<?>> facts, String own) {
        return Stream.concat(
                        of(RemoteSecret.class, facts).stream().map(RemoteSecret::getClusterKey),
                        of(RemoteClusterStatus.class, facts).stream()
                                .flatMap(status -> status.getClusters().stream())
                                .map(RegisteredCluster::getClusterId))
                .filter(id -> !id.equals(own))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean expired(Row<?> row, Instant asOf) {
        return row.key().kind().event() && observedAt(row).isBefore(asOf.minus(EVENT_RETENTION));
    }

    private static Instant newest(List<Row<?>> facts) {
        return facts.stream()
                .map(ClusterState::observedAt)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    private static Instant observedAt(Row<?> row) {
        return Facts.header(row.fact()).getObservedAt();
    }

    static <T extends SpecificRecord> List<T> of(Class<T> kind, List<Row<?>> facts) {
        return facts.stream()
                .map(Row::fact)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
