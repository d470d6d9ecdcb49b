package io.meshdiag.processor.detect.remote;

import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One istiod that gets no connection to another cluster's API server.
 *
 * @param said true when its log names the fault; false when only its first list never came
 */
record Failure(ClusterSummary observer, String target, boolean said, Row<?> row, String text) {
    /** Those of one observer. A first list that never came proves nothing where it was refused for want of a credential or a role. */
    static Stream<Failure> of(MeshView view, ClusterSummary observer) {
        Stream<Failure> said = Complaint.of(view, observer, Complaint.UNREACHABLE).stream()
                .map(c -> new Failure(observer, c.target(), true, c.row(), c.text()));
        Set<String> refused = refused(view, observer);
        Stream<Failure> waited = view.rows(RemoteClusterStatus.class, observer).stream()
                .flatMap(row -> row.fact().getClusters().stream()
                        .filter(c -> c.getState() == RemoteSyncState.TIMEOUT && c.getSecretName() != null)
                        .map(RegisteredCluster::getClusterId)
                        .filter(id -> !refused.contains(id))
                        .map(id -> new Failure(
                                observer,
                                id,
                                false,
                                row,
                                "istiod " + row.fact().getIstiod() + " is registered with " + id
                                        + " and never was in sync with it (timeout)")));
        return Stream.concat(said, waited);
    }

    private static Set<String> refused(MeshView view, ClusterSummary observer) {
        Instant now = Complaint.now(view, observer);
        Set<String> refused = new HashSet<>();
        Complaint.of(view, observer, Set.of(Complaint.UNAUTHORIZED, Complaint.FORBIDDEN))
                .forEach(c -> refused.add(c.target()));
        view.rows(RemoteSecret.class, observer).stream()
                .map(Row::fact)
                .filter(s -> s.getCredentialExpiresAt() != null
                        && !s.getCredentialExpiresAt().isAfter(now))
                .map(RemoteSecret::getClusterKey)
                .forEach(refused::add);
        return refused;
    }
}
