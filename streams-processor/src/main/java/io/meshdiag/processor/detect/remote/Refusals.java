package io.meshdiag.processor.detect.remote;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One observer's istiods that another cluster's API server answers with Unauthorized, and those that it lets in with the same secret: only together do
 * they tell a bad credential from an istiod that did not notice a new one.
 *
 * @param refused at least one
 * @param accepted pods of istiods that are in sync with the target and do not complain about it
 * @param expired whether the credential in the secret has ended
 */
record Refusals(
        ClusterSummary observer, String target, List<Complaint> refused, List<String> accepted, boolean expired) {
    static List<Refusals> of(MeshView view, ClusterSummary observer) {
        Map<String, List<Complaint>> byTarget = Complaint.of(view, observer, Set.of(Complaint.UNAUTHORIZED)).stream()
                .collect(Collectors.groupingBy(Complaint::target, TreeMap::new, Collectors.toList()));
        List<Row<LogSignals>> logs = view.rows(LogSignals.class, observer);
        List<Row<RemoteClusterStatus>> statuses = view.rows(RemoteClusterStatus.class, observer);
        List<Row<RemoteSecret>> secrets = view.rows(RemoteSecret.class, observer);
        return byTarget.entrySet().stream()
                .map(e -> new Refusals(
                        observer,
                        e.getKey(),
                        e.getValue(),
                        accepted(e.getKey(), e.getValue(), logs, statuses),
                        expired(e.getKey(), secrets, view.asOf())))
                .toList();
    }

    /** True when some replicas get in with the same secret: then it is not the credential. */
    boolean partial() {
        return !accepted.isEmpty() && !expired;
    }

    private static List<String> accepted(
            String target,
            List<Complaint> refused,
            List<Row<LogSignals>> logs,
            List<Row<RemoteClusterStatus>> statuses) {
        Set<String> complaining = refused.stream().map(Complaint::istiod).collect(Collectors.toSet());
        Set<String> read = logs.stream().map(row -> row.fact().getInstance()).collect(Collectors.toSet());
        return statuses.stream()
                .filter(row -> row.fact().getClusters().stream()
                        .anyMatch(c -> c.getClusterId().equals(target) && c.getState() == RemoteSyncState.SYNCED))
                .map(row -> row.fact().getIstiod())
                .filter(istiod -> read.contains(istiod) && !complaining.contains(istiod))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean expired(String target, List<Row<RemoteSecret>> secrets, Instant now) {
        return secrets.stream()
                .map(Row::fact)
                .filter(secret -> secret.getClusterKey().equals(target))
                .anyMatch(secret -> secret.getCredentialExpiresAt() != null
                        && !secret.getCredentialExpiresAt().isAfter(now));
    }
}
