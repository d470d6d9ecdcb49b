package io.meshdiag.processor.detect.incident;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Subject;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.detect.incident.CommonFactor.Shared;
import io.meshdiag.schema.Printable;
import io.meshdiag.state.ClusterSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What to do next about each kind of factor, with its name filled in, and the object to touch first. */
final class WhereToLook {
    private static final int CLUSTERS = 3;
    private static final String ISTIO = "istio-system";

    private WhereToLook() {}

    /** The thing itself, where it is one; else the cluster to look at first. */
    static void subject(VerdictBuilder verdict, Shared shared, ClusterSummary cluster) {
        switch (shared.kind()) {
            case NODE -> verdict.subject("Node", "", shared.value(), cluster);
            case ISTIOD -> verdict.subject("Pod", ISTIO, shared.value(), cluster);
            case SERVICE ->
                verdict.subject(
                        "Service", shared.scope().getNamespace(), shared.scope().getService(), cluster);
            case OBJECT, RESOURCE -> {
                Subject object = shared.symptoms().get(0).getSubject();
                verdict.subject(object.getKind(), namespace(object), object.getName(), cluster);
            }
            case NETWORK -> verdict.subject("Network", "", shared.value(), cluster);
            case DIRECTION, TOWARDS, FROM, CLUSTER, PROXY_VERSION, ISTIOD_VERSION ->
                verdict.subject("Cluster", "", cluster.getClusterId(), cluster);
        }
    }

    /** The steps, after the one that reads a finding. */
    static void steps(VerdictBuilder verdict, Shared shared, ClusterSummary cluster) {
        String value = shared.value();
        switch (shared.kind()) {
            case NODE ->
                verdict.step(
                        "Look at the node: its conditions, its pressure, what runs there, its latest events.",
                        "kubectl " + context(cluster) + " describe node " + quote(value));
            case ISTIOD ->
                verdict.step(
                        "Read what this istiod says; the other replicas do not have the problem.",
                        kubectl(cluster, ISTIO) + " logs " + quote(value) + " --since=1h");
            case OBJECT, RESOURCE -> objects(verdict, shared);
            case DIRECTION, FROM ->
                verdict.step(
                        "Are the istiods there in sync with the other clusters?",
                        "istioctl remote-clusters " + context(cluster));
            case SERVICE ->
                verdict.step(
                        "Who changed the Service last, and what?",
                        kubectl(cluster, shared.scope().getNamespace()) + " get service "
                                + quote(shared.scope().getService()) + " --output=yaml --show-managed-fields");
            case TOWARDS, CLUSTER -> {}
            case NETWORK ->
                verdict.step(
                        "Look at the gateways of the network, and at what is between it and the others: routes, firewalls, load balancers.",
                        "kubectl " + context(cluster) + " get service --all-namespaces --selector="
                                + quote("topology.istio.io/network=" + value));
            case PROXY_VERSION ->
                verdict.step(
                                "See which proxies run " + value + "; do those of other versions have the problem?",
                                "istioctl proxy-status " + context(cluster))
                        .step(
                                "Search the release notes and issues of Istio " + value
                                        + " for it. Workloads take another version when they are restarted with another revision.");
            case ISTIOD_VERSION ->
                verdict.step(
                                "See what runs there: istiod " + value
                                        + "; do clusters of other versions have the problem?",
                                "istioctl version " + context(cluster))
                        .step(
                                "Search the release notes and issues of Istio " + value
                                        + " for it. If it began with an upgrade to it, stop the rollout and take the revision tag back.");
        }
        verdict.step(
                "What happened there shortly before " + shared.first() + "?",
                kubectl(cluster, ISTIO) + " get events --sort-by=.lastTimestamp");
    }

    private static void objects(VerdictBuilder verdict, Shared shared) {
        List<Subject> objects = shared.symptoms().stream()
                .map(Finding::getSubject)
                .map(object -> Subject.newBuilder(object).setChangedAt(null).build())
                .distinct()
                .sorted(Comparator.comparing(Subject::getCluster))
                .toList();
        for (Subject object : objects.subList(0, Math.min(CLUSTERS, objects.size()))) {
            verdict.step(
                    "Who changed it last in " + object.getCluster() + ", when, and what?",
                    "kubectl --context=" + quote(object.getCluster())
                            + (namespace(object).isEmpty() ? "" : " --namespace=" + quote(namespace(object)))
                            + " get " + quote(object.getKind().toLowerCase(Locale.ROOT) + "/" + object.getName())
                            + " --output=yaml --show-managed-fields");
        }
        verdict.step(
                objects.size() > 1
                        ? "It is one manifest in " + objects.size()
                                + " clusters: take back its last change where it comes from, not in each cluster."
                        : "If it was changed, take it back to what it was before, where its manifest comes from.");
    }

    private static String namespace(Subject object) {
        return object.getNamespace() == null ? "" : Printable.clean(object.getNamespace());
    }
}
