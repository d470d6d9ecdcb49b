package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.ServicePortInfo;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.Locality;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.ServiceView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-07: clusters that share a service define its ports differently, or it is headless in some of them only.
 *
 * <p>How a Service is exposed outside of its cluster (ClusterIP, NodePort, LoadBalancer) is each cluster's own affair and does not count. What most
 * clusters have is taken for right; with as many on both sides nobody knows.
 */
public final class ServiceDefinedDifferently implements Detector<ServiceView> {
    private static final int SHOWN = 8;

    private static final Rule RULE = new Rule(
            "EPT-07",
            "ServiceDefinedDifferently",
            1,
            Rule.Level.SERVICE,
            Severity.HIGH,
            "A service is defined differently in clusters that share it",
            "istiod takes Services of one name and namespace for one service, and the definition of its own cluster for all. Endpoints of clusters that"
                    + " define other ports, another protocol or a headless Service are then called in a way that they do not serve, or not at all.",
            "Make the Service the same in all clusters, or keep it in its cluster.",
            // A change that is rolled out cluster by cluster is on its way for some minutes.
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Set.of(ServiceEndpoints.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ServiceView view) {
        Map<String, List<Owner>> byDefinition = view.clusters().stream()
                .filter(cluster -> !Locality.of(cluster).keeps(view.namespace(), view.service()))
                .flatMap(cluster -> view.rows(ServiceEndpoints.class, cluster).stream()
                        .filter(row -> !Locality.exportedNowhere(row.fact()))
                        .map(row -> new Owner(cluster, row)))
                .collect(Collectors.groupingBy(Owner::definition, TreeMap::new, Collectors.toList()));
        if (byDefinition.size() < 2) {
            return Stream.empty();
        }
        List<Map.Entry<String, List<Owner>>> most = byDefinition.entrySet().stream()
                .sorted(Comparator.comparing(e -> -e.getValue().size()))
                .toList();
        boolean majority =
                most.get(0).getValue().size() > most.get(1).getValue().size();
        List<Owner> usual = most.get(0).getValue();
        List<Owner> others = most.stream()
                .skip(1)
                .flatMap(e -> e.getValue().stream())
                .filter(other -> usual.stream().anyMatch(other::isLinkedWith))
                .toList();
        return others.isEmpty() ? Stream.empty() : Stream.of(judge(view, usual, others, majority));
    }

    private static Verdict judge(ServiceView view, List<Owner> usual, List<Owner> others, boolean majority) {
        String name = view.namespace() + "/" + view.service();
        List<Owner> blamed = majority
                ? others
                : Stream.concat(usual.stream(), others.stream()).toList();
        List<String> ids = ids(blamed);
        Owner one = others.get(0);
        Scope scope = Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(ids)
                .setNamespace(view.namespace())
                .setService(view.service())
                .build();
        List<String> missing = new ArrayList<>();
        Stream.concat(usual.stream(), others.stream())
                .forEach(owner -> missing.addAll(Doubts.about(owner.cluster(), "resources", "services")));

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, name, missing)
                .confidence(majority ? 1.0 : 0.7)
                .title(
                        majority
                                ? name + " is defined differently in " + String.join(", ", ids)
                                : name + " is defined differently between " + String.join(", ", ids))
                .description(
                        usual.size() + " cluster(s) define it as "
                                + usual.get(0).definition() + ", " + others.size() + " otherwise: " + one.id() + " as "
                                + one.definition() + ".",
                        "Proxies call endpoints of other clusters by the definition of their own cluster: requests across fail.")
                .scope(scope)
                .subject("Service", view.namespace(), view.service(), one.cluster())
                .affected(
                        ids.size(),
                        1,
                        0,
                        ids.stream().map(id -> name + "@" + id).toList());
        others.stream().limit(SHOWN).forEach(owner -> verdict.evidence(owner.row(), owner.definition()));
        verdict.evidence(usual.get(0).row(), usual.get(0).definition());
        Owner right = usual.get(0);
        return verdict.step(
                        "See what differs.",
                        "diff <(" + get(view, right.cluster()) + ") <(" + get(view, one.cluster()) + ")")
                .step(
                        "Make " + one.id() + " say the same as " + right.id()
                                + ", in the manifests that it comes from.",
                        kubectl(one.cluster(), view.namespace()) + " edit service " + quote(view.service()))
                .step("They are meant to be two services: give one another name, or make the host cluster-local by"
                        + " serviceSettings in the mesh config.")
                .build();
    }

    private static String get(ServiceView view, ClusterSummary cluster) {
        return "kubectl " + context(cluster) + " --namespace=" + quote(view.namespace()) + " get service "
                + quote(view.service()) + " --output=yaml";
    }

    private static List<String> ids(List<Owner> owners) {
        return owners.stream().map(Owner::id).distinct().sorted().toList();
    }

    private record Owner(ClusterSummary cluster, Row<ServiceEndpoints> row) {
        String id() {
            return cluster.getClusterId();
        }

        boolean isLinkedWith(Owner other) {
            return cluster.getLinkedTo().contains(other.id())
                    || other.cluster.getLinkedTo().contains(id());
        }

        /** What must agree: "ports http 8080/TCP", "headless; ports …". */
        String definition() {
            ServiceEndpoints service = row.fact();
            if (service.getType().equals("ExternalName")) {
                return "an external name";
            }
            String ports =
                    service.getPorts().stream().map(Owner::describe).sorted().collect(Collectors.joining(", "));
            return (service.getHeadless() ? "headless; " : "") + "ports " + (ports.isEmpty() ? "none" : ports);
        }

        private static String describe(ServicePortInfo port) {
            String protocol = port.getAppProtocol() == null ? "" : " " + port.getAppProtocol();
            return (port.getName() + " " + port.getPort() + "/" + port.getProtocol() + protocol).strip();
        }
    }
}
