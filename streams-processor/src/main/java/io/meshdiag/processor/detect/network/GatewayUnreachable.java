package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NET-03: nobody answers at a cluster's east-west gateway, or not those who call from one of the others.
 *
 * <p>Without a ready pod, or when no peer's probe gets through, the fault is at the gateway: one finding. When some get through, each that does not
 * has a fault on its own way there: one finding for each ordered pair.
 */
public final class GatewayUnreachable implements Detector<MeshView> {
    private static final int SHOWN = 6;

    private static final Rule RULE = new Rule(
            "NET-03",
            "GatewayUnreachable",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "An east-west gateway does not answer",
            "Proxies of other networks reach endpoints through the east-west gateway on port 15443. When it has no ready pod, or a load balancer or"
                    + " firewall in between drops connections, all requests across fail although every endpoint is healthy.",
            "No ready pod: look at the gateway's pods. Otherwise open the port where the first probe step that failed points to.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(Gateway.class, Connectivity.class),
            List.of(new Rule.Edge(
                    "EPT-08", Rule.JoinOn.TOWARDS, "outlier detection ejects a gateway at which requests fail")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<Row<Connectivity>>> probes = view.rows(Connectivity.class).stream()
                .filter(row -> row.fact().getTarget() == ProbeTarget.EAST_WEST_GATEWAY)
                .collect(Collectors.groupingBy(row -> row.fact().getPeerClusterId()));
        return view.clusters().stream()
                .filter(owner -> view.cluster(owner.getClusterId()).isPresent())
                .flatMap(owner ->
                        judge(view, new Site(view, owner, probes.getOrDefault(owner.getClusterId(), List.of()))));
    }

    private static Stream<Verdict> judge(MeshView view, Site site) {
        if (site.isDead()) {
            return Stream.of(atTheGateway(view, site, "has no ready pod"));
        }
        List<Probed> failing = site.probed.stream()
                .filter(probed -> probed.failure().isPresent())
                .toList();
        if (failing.isEmpty()) {
            return Stream.empty();
        }
        return failing.size() == site.probed.size() && failing.size() > 1
                ? Stream.of(atTheGateway(view, site, "answers none of " + failing.size() + " clusters"))
                : failing.stream().map(probed -> onTheWay(view, site, probed));
    }

    /** A cluster with its gateways, and who probed them. */
    private static final class Site {
        final ClusterSummary owner;
        final List<Row<Gateway>> gateways;
        final List<Probed> probed;

        Site(MeshView view, ClusterSummary owner, List<Row<Connectivity>> probes) {
            this.owner = owner;
            // One without an address is NET-01.
            this.gateways = view.rows(Gateway.class, owner).stream()
                    .filter(row -> !row.fact().getAddresses().isEmpty())
                    .toList();
            Map<String, List<Row<Connectivity>>> byClient =
                    probes.stream().collect(Collectors.groupingBy(Row::clusterId, TreeMap::new, Collectors.toList()));
            this.probed = byClient.entrySet().stream()
                    .flatMap(e -> view.cluster(e.getKey()).map(c -> new Probed(c, e.getValue())).stream())
                    .toList();
        }

        boolean isDead() {
            return !gateways.isEmpty()
                    && gateways.stream().allMatch(row -> row.fact().getReadyPods() == 0);
        }
    }

    /** What one cluster's probes of the gateway's addresses say: one address that answers is enough. */
    private record Probed(ClusterSummary client, List<Row<Connectivity>> rows) {
        Optional<Row<Connectivity>> failure() {
            return rows.stream().allMatch(row -> failed(row.fact()).isPresent())
                    ? rows.stream().findFirst()
                    : Optional.empty();
        }
    }

    private static Optional<ProbeRung> failed(Connectivity probe) {
        return probe.getRungs().stream().filter(rung -> !rung.getOk()).findFirst();
    }

    private static Verdict atTheGateway(MeshView view, Site site, String what) {
        ClusterSummary owner = site.owner;
        String id = owner.getClusterId();
        List<String> observers =
                site.probed.stream().map(p -> p.client().getClusterId()).toList();
        List<String> missing = new ArrayList<>(Doubts.about(owner, "resources", "services", "endpointslices"));
        if (!site.isDead()) {
            site.probed.forEach(p -> missing.addAll(Doubts.about(p.client(), "connectivity")));
        }
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(owner), missing)
                .title("The east-west gateway of " + id + " " + what)
                .description(
                        "Other networks reach workloads in " + id + " through this gateway alone.",
                        site.isDead()
                                ? "Its Service has an address, and no pod that is ready is behind it."
                                : "No cluster that probes it gets through, so that the fault is at the gateway or its load"
                                        + " balancer and not on one way there.",
                        "Requests across networks to " + id + " fail.")
                .scope(Scopes.towards(view, owner, observers))
                .affected(
                        1 + observers.size(),
                        0,
                        0,
                        observers.stream().map(o -> o + "->" + id).toList());
        subject(verdict, site);
        site.gateways.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, Networks.describe(row.fact())));
        site.probed.stream()
                .flatMap(probed -> probed.failure().stream())
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(row, describe(row.fact())));
        site.gateways.stream().limit(1).forEach(row -> {
            Gateway gateway = row.fact();
            verdict.step(
                            "Are its pods there, and ready?",
                            kubectl(owner, gateway.getNamespace()) + " get pods --selector=istio=eastwestgateway")
                    .step(
                            "Scaled down to none: scale it up.",
                            kubectl(owner, gateway.getNamespace()) + " scale deployment " + quote(gateway.getName())
                                    + " --replicas=2")
                    .step(
                            "Ready: what does the load balancer say?",
                            kubectl(owner, gateway.getNamespace()) + " describe service " + quote(gateway.getName()));
        });
        return verdict.step("Firewalls and security groups must let port 15443 in.")
                .build();
    }

    private static Verdict onTheWay(MeshView view, Site site, Probed probed) {
        Row<Connectivity> row = probed.failure().orElseThrow();
        Connectivity probe = row.fact();
        ClusterSummary client = probed.client();
        String from = client.getClusterId();
        String to = site.owner.getClusterId();
        boolean alone = site.probed.size() == 1;
        List<String> missing = new ArrayList<>(Doubts.about(client, "connectivity"));
        missing.addAll(Doubts.about(site.owner));
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(client, site.owner), missing)
                .confidence(alone ? 0.7 : 1.0)
                .title("The east-west gateway of " + to + " cannot be reached from " + from)
                .description(
                        "The probe from " + from + " to " + probe.getHost() + ":" + probe.getPort() + " failed at "
                                + failed(probe).map(ProbeRung::getRung).orElse("") + ".",
                        alone
                                ? "No other cluster probes this gateway: the fault may be there as well as on the way."
                                : "Other clusters reach it, so that the fault is on the way from " + from + ".",
                        "Requests from " + from + " to workloads in " + to + " fail.")
                .scope(Scope.newBuilder(Scopes.of(view, client, site.owner))
                        .setObservers(List.of(from))
                        .build())
                .affected(1, 0, 0, List.of(from + "->" + to));
        subject(verdict, site);
        verdict.evidence(row, describe(probe));
        site.probed.stream()
                .filter(other -> other.failure().isEmpty())
                .limit(2)
                .forEach(other -> verdict.evidence(
                        other.rows().get(0), describe(other.rows().get(0).fact())));
        site.gateways.stream().limit(2).forEach(g -> verdict.evidence(g, Networks.describe(g.fact())));
        return verdict.step(
                        "Try it from a pod in " + from + ".",
                        "kubectl " + context(client) + " run meshdiag-probe --rm --stdin --tty --restart=Never"
                                + " --image=busybox -- nc -zv -w 5 " + quote(probe.getHost()) + " " + probe.getPort())
                .step("Let " + from + " out and into " + to + " on port " + probe.getPort()
                        + ": firewalls, security groups, routes. A timeout is a dropped packet, a refusal an open way to a closed"
                        + " port.")
                .build();
    }

    private static void subject(VerdictBuilder verdict, Site site) {
        if (site.gateways.isEmpty()) {
            verdict.subject("Cluster", "", site.owner.getClusterId(), site.owner);
        } else {
            Gateway gateway = site.gateways.get(0).fact();
            verdict.subject("Service", gateway.getNamespace(), gateway.getName(), site.owner);
        }
    }

    private static String describe(Connectivity probe) {
        return probe.getHost() + ":" + probe.getPort() + " "
                + probe.getRungs().stream()
                        .map(r -> r.getRung() + (r.getOk() ? " ok" : " failed: " + r.getDetail()))
                        .collect(Collectors.joining(", "));
    }
}
