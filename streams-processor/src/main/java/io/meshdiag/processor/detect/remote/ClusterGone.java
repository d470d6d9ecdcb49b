package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * RMT-09: a cluster is gone, and others are still registered with it.
 *
 * <p>That its collector is silent for long is not enough, a collector may be taken away alone: no istiod of another cluster may get in there either.
 */
public final class ClusterGone implements Detector<MeshView> {
    /**
     * What users may want otherwise.
     *
     * @param silentFor how long nothing was heard of a cluster that counts as gone
     */
    public record Thresholds(Duration silentFor) {
        /** Longer than a node pool or a control plane is away for maintenance. */
        static final Thresholds DEFAULT = new Thresholds(Duration.ofHours(1));
    }

    private static final Rule RULE = new Rule(
            "RMT-09",
            "ClusterGone",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A cluster is gone but still registered with others",
            "The cluster was removed, or is down for long, but its remote secrets stayed in others: their istiods keep its endpoints, so that requests are sent"
                    + " to addresses where nobody is, or somebody else; and each start of istiod waits for it in vain.",
            "Delete its remote secrets in all clusters; when it comes back, create them anew.",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(RemoteSecret.class, RemoteClusterStatus.class, LogSignals.class),
            List.of(
                    new Rule.Edge("RMT-04", Rule.JoinOn.CLUSTER, "a cluster that is gone has no API server"),
                    new Rule.Edge("OBS-01", Rule.JoinOn.CLUSTER, "a cluster that is gone has no collector"),
                    new Rule.Edge(
                            "EPT-01", Rule.JoinOn.TOWARDS, "istiod cannot read endpoints of a cluster that is gone"),
                    new Rule.Edge(
                            "EPT-12", Rule.JoinOn.TOWARDS, "istiod cannot read endpoints of a cluster that is gone")));

    private final Thresholds thresholds;

    public ClusterGone() {
        this(Thresholds.DEFAULT);
    }

    public ClusterGone(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        return view.clusters().stream()
                .filter(ClusterSummary::getSilent)
                // Another cluster answers to its id: it was built anew.
                .filter(gone -> view.cluster(gone.getClusterId()).isPresent())
                .filter(gone -> !gone.getAsOf().plus(thresholds.silentFor()).isAfter(view.asOf()))
                .flatMap(gone -> judge(view, gone).stream());
    }

    private static Optional<Verdict> judge(MeshView view, ClusterSummary gone) {
        String id = gone.getClusterId();
        List<Registration> all = view.clusters().stream()
                .filter(observer -> !observer.equals(gone))
                .flatMap(observer -> Registration.of(view, observer, id).stream())
                .toList();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Believed<Registration> believed = Believed.of(all, Registration::observer);
        List<Registration> held = believed.reports();
        boolean somebodyGetsIn =
                believed.missing().isEmpty() && held.stream().anyMatch(r -> r.contact() == Contact.NO_COMPLAINT);
        if (somebodyGetsIn) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>(believed.missing());
        if (held.stream().noneMatch(r -> r.contact() == Contact.FAILS)) {
            missing.add("cluster " + id + ": no istiod's log says whether its API server still answers");
        }
        List<String> observers = held.stream()
                .map(r -> r.observer().getClusterId())
                .distinct()
                .sorted()
                .toList();
        ClusterSummary first = held.get(0).observer();
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Target.of(view, id).key(), missing)
                .title("Cluster " + id + " is gone, but " + observers.size() + " cluster(s) are registered with it")
                .description(
                        "Nothing was heard of " + id + " since " + gone.getAsOf() + ", and no istiod reaches it.",
                        "Remote secrets for it are still in " + String.join(", ", observers)
                                + ": their istiods keep its endpoints and send requests there.")
                .scope(Target.of(view, id).seenBy(view, observers))
                .subject("Secret", "istio-system", "istio-remote-secret-" + id, first)
                .affected(observers.size(), 0, 0, observers)
                .since(Optional.of(gone.getAsOf()))
                .evidence(gone, "Heartbeat", "heartbeats", "newest fact of " + gone.getAsOf());
        held.forEach(r -> verdict.evidence(r.row(), r.text()));
        held.stream()
                .filter(r -> r.row().fact() instanceof RemoteSecret)
                .limit(5)
                .forEach(r -> verdict.step(
                        "The cluster will not come back: delete its remote secret in "
                                + r.observer().getClusterId() + ".",
                        delete(r)));
        return Optional.of(verdict.step(
                        "Check: istiod does not list " + id + " any more.",
                        "istioctl remote-clusters " + context(first))
                .step("Then delete what Meshdiag knows of it: stop expecting its collector.")
                .build());
    }

    private static String delete(Registration registration) {
        RemoteSecret secret = (RemoteSecret) registration.row().fact();
        return kubectl(registration.observer(), secret.getNamespace()) + " delete secret " + quote(secret.getName());
    }

    private enum Contact {
        FAILS,
        NO_COMPLAINT,
        NOT_SEEN
    }

    /** One observer's tie to the cluster: its remote secret, or where secrets are not read, istiod's list. */
    private record Registration(ClusterSummary observer, Row<?> row, Contact contact, String text) {
        static Optional<Registration> of(MeshView view, ClusterSummary observer, String id) {
            Optional<Row<RemoteSecret>> secret = view.rows(RemoteSecret.class, observer).stream()
                    .filter(row -> row.fact().getClusterKey().equals(id))
                    .findFirst();
            List<Row<RemoteClusterStatus>> lists = view.rows(RemoteClusterStatus.class, observer).stream()
                    .filter(row -> row.fact().getClusters().stream().anyMatch(c -> names(c, id)))
                    .toList();
            boolean waits = lists.stream()
                    .flatMap(row -> row.fact().getClusters().stream())
                    .anyMatch(c -> names(c, id) && c.getState() == RemoteSyncState.TIMEOUT);
            boolean complains = Complaint.of(view, observer, Complaint.UNREACHABLE).stream()
                    .anyMatch(c -> c.target().equals(id));
            boolean logs = !view.rows(LogSignals.class, observer).isEmpty();
            Contact contact = waits || complains ? Contact.FAILS : logs ? Contact.NO_COMPLAINT : Contact.NOT_SEEN;
            return secret.<Row<?>>map(row -> row)
                    .or(() -> lists.stream().<Row<?>>map(row -> row).findFirst())
                    .map(row -> new Registration(observer, row, contact, text(observer, contact)));
        }

        private static boolean names(RegisteredCluster cluster, String id) {
            return cluster.getClusterId().equals(id)
                    && cluster.getSecretName() != null
                    && cluster.getState() != RemoteSyncState.CLOSED;
        }

        private static String text(ClusterSummary observer, Contact contact) {
            return observer.getClusterId() + " is still registered with it"
                    + (contact == Contact.FAILS ? ", and does not reach it" : "");
        }
    }
}
