package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-08: the role by which istiods read other clusters does not name a resource that they watch.
 *
 * <p>One finding per resource: a new version of istiod wants it from all clusters with the old role.
 */
public final class ReaderRoleTooOld implements Detector<MeshView> {
    /** Without these istiod knows no endpoints of the cluster. */
    private static final Set<String> VITAL =
            Set.of("pods", "services", "endpointslices", "endpoints", "namespaces", "nodes");

    private static final Rule RULE = new Rule(
            "RMT-08",
            "ReaderRoleTooOld",
            1,
            Rule.Level.MESH,
            Severity.MEDIUM,
            "istiods may not list a resource of other clusters",
            "istiod reads other clusters as istio-reader-service-account. A newer istiod watches resources that the role of an older installation does not"
                    + " name: the list is forbidden, and what depends on it stays unknown. Where it is Pods, Services or EndpointSlices, no endpoint of"
                    + " that cluster is known.",
            "Install the reader role of the newest istiod's version in the clusters that are read.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Set.of(LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "EPT-01",
                            Rule.JoinOn.TOWARDS,
                            "istiod that may not list a cluster's Services and endpoints does not see them"),
                    new Rule.Edge(
                            "EPT-12",
                            Rule.JoinOn.TOWARDS,
                            "istiod that may not list a cluster's Services and endpoints does not see them")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<Complaint>> byResource = view.clusters().stream()
                .flatMap(observer -> Complaint.of(view, observer, Set.of(Complaint.FORBIDDEN)).stream())
                .collect(Collectors.groupingBy(Complaint::resource, TreeMap::new, Collectors.toList()));
        return byResource.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static Verdict judge(MeshView view, String resource, List<Complaint> all) {
        Believed<Complaint> believed = Believed.of(all, Complaint::observer);
        List<Complaint> complaints = believed.reports();
        List<String> readers = ids(complaints.stream().map(Complaint::target));
        List<String> observers = ids(complaints.stream().map(c -> c.observer().getClusterId()));
        Complaint first = complaints.get(0);
        Target target = Target.of(view, readers.get(0));
        String what = resource.isEmpty() ? "a resource" : resource;
        boolean vital = VITAL.contains(resource.replaceFirst("\\..*", ""));
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, "resource:" + (resource.isEmpty() ? "unknown" : resource), believed.missing())
                .severity(vital ? Severity.HIGH : Severity.MEDIUM)
                .title("istiods may not list " + what + " in " + readers.size() + " other cluster(s)")
                .description(
                        "Forbidden in " + listed(readers) + " to istiods of " + listed(observers) + ".",
                        vital
                                ? "They know no endpoints there."
                                : "What depends on it is not known there; endpoints mostly are.")
                .scope(Scope.newBuilder()
                        .setMesh(view.mesh())
                        .setClusters(readers)
                        .setObservers(observers)
                        .build())
                .subject("ClusterRole", "", "istio-reader-clusterrole-istio-system", first.observer())
                .affected(readers.size(), 0, 0, readers);
        complaints.forEach(c -> verdict.evidence(c.row(), c.text()));
        return verdict.step(
                        "See what the reader may do there.",
                        "kubectl " + target.context() + " auth can-i list "
                                + quote(resource.isEmpty() ? "pods" : resource)
                                + " --as=system:serviceaccount:istio-system:istio-reader-service-account --all-namespaces")
                .step(
                        "Compare the versions: the reader's role must be of the newest istiod that reads the cluster.",
                        "istioctl version " + context(first.observer()))
                .step("Upgrade the chart istio/base (or the istio-reader-clusterrole alone) in " + listed(readers)
                        + ".")
                .build();
    }

    private static List<String> ids(Stream<String> ids) {
        return ids.distinct().sorted().toList();
    }

    private static String listed(List<String> ids) {
        return ids.stream().limit(10).collect(Collectors.joining(", "));
    }
}
