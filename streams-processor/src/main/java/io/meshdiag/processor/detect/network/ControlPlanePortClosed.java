package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.Connectivity;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NET-07: connections to a control plane end before TLS: a port of it is closed on the way, or nobody listens there.
 *
 * <p>One finding for each control plane as its clients name it, with all clusters and machines that cannot connect, and the ports: 15012 alone keeps
 * proxies away, 15017 alone the API server, both are one firewall.
 */
public final class ControlPlanePortClosed implements Detector<MeshView> {
    private static final int WEBHOOK_PORT = 15017;

    private static final Rule RULE = new Rule(
            "NET-07",
            "ControlPlanePortClosed",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A port of a control plane is closed to its clients",
            "Proxies and machines connect to istiod's port 15012 for their configuration and certificates, API servers to 15017 for injection. Where a"
                    + " firewall, a NetworkPolicy or a load balancer without that port lies between them, proxies keep what they have until their"
                    + " certificates end, and new pods do not become ready or are not created.",
            "Open the named port on the way from the named clients: firewall, security group, NetworkPolicy, ports of the east-west gateway.",
            // A control plane with one replica that restarts refuses for a minute or two.
            Duration.ofMinutes(3),
            Duration.ofMinutes(2),
            Set.of(Connectivity.class),
            List.of(
                    new Rule.Edge(
                            "HKS-01",
                            Rule.JoinOn.AMONG,
                            "the API server reaches istiod's webhooks by the same way that is closed"),
                    new Rule.Edge(
                            "VMS-05",
                            Rule.JoinOn.MACHINES,
                            "a machine that cannot connect to istiod's port is connected to none"),
                    new Rule.Edge(
                            "XDS-02",
                            Rule.JoinOn.AMONG,
                            "proxies that cannot connect to istiod's port are connected to none")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        return Stream.concat(view.clusters().stream(), view.machines().stream())
                .flatMap(from -> Door.shutTo(view, from))
                .collect(Collectors.groupingBy(Door::scopeKey, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static Verdict judge(MeshView view, String scopeKey, List<Door> all) {
        List<Door> credible =
                all.stream().filter(door -> Doubts.about(door.from()).isEmpty()).toList();
        List<Door> doors = (credible.isEmpty() ? all : credible)
                .stream()
                        .sorted(Comparator.comparingInt(Door::port)
                                .thenComparing(door -> Scopes.key(door.from()))
                                .thenComparing(Door::text))
                        .toList();
        List<String> missing = credible.isEmpty()
                ? all.stream()
                        .flatMap(door -> Doubts.about(door.from()).stream())
                        .distinct()
                        .toList()
                : List.of();
        Door first = doors.get(0);
        List<ClusterSummary> clients = doors.stream().map(Door::from).distinct().toList();
        List<String> ids = clients.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
        List<Integer> ports = doors.stream().map(Door::port).distinct().sorted().toList();
        String named = ports.stream().map(String::valueOf).collect(Collectors.joining(" and "));
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, scopeKey, missing)
                .title((ports.size() > 1 ? "Ports " : "Port ") + named + " of " + first.host() + " "
                        + (ports.size() > 1 ? "are" : "is") + " closed to " + clients(doors, ids))
                .description(
                        first.text() + ".",
                        ports.contains(WEBHOOK_PORT) ? "The API server cannot have pods injected." : "",
                        ports.stream().anyMatch(port -> port != WEBHOOK_PORT)
                                ? "Proxies there get no configuration, and no certificate when theirs ends."
                                : "",
                        doors.stream().allMatch(door -> door.failure().equals("refused"))
                                ? "Refused: the host is there, and nothing listens on that port, or a firewall says so."
                                : "A timeout is a packet that somebody drops on the way.")
                .scope(scope(view, first, clients))
                .subject("ControlPlane", "", first.host(), first.from())
                .affected(
                        ids.size(),
                        0,
                        doors.stream().mapToInt(Door::proxies).sum(),
                        doors.stream()
                                .flatMap(door -> door.samples().stream()
                                        .map(sample -> door.from().getClusterId() + "/" + sample))
                                .distinct()
                                .sorted()
                                .toList());
        for (Door door : doors) {
            door.probe()
                    .ifPresentOrElse(
                            row -> verdict.evidence(row, door.text()),
                            () -> verdict.evidence(
                                    door.from(), "LogSignals", String.join(", ", door.samples()), door.text()));
        }
        return steps(verdict, doors, clients).build();
    }

    private static Scope scope(MeshView view, Door first, List<ClusterSummary> clients) {
        return first.machine()
                ? Scopes.ofMachines(
                        view,
                        first.from().getClusterId(),
                        clients.stream().map(ClusterSummary::getVm).toList())
                : Scopes.among(view, clients);
    }

    private static String clients(List<Door> doors, List<String> ids) {
        long machines =
                doors.stream().filter(Door::machine).map(Door::from).distinct().count();
        String where = ids.size() == 1 ? "cluster " + ids.get(0) : ids.size() + " clusters";
        return machines == 0 ? where : machines + " machine(s) of " + where;
    }

    private static VerdictBuilder steps(VerdictBuilder verdict, List<Door> doors, List<ClusterSummary> clients) {
        Door first = doors.get(0);
        String address = quote(first.host()) + " " + first.port();
        verdict.step(
                "Try it from where it fails.",
                first.machine()
                        ? "nc -zv -w 5 " + address
                        : "kubectl " + context(first.from())
                                + " run meshdiag-probe --rm --stdin --tty --restart=Never --image=busybox -- nc -zv -w 5 "
                                + address);
        clients.stream()
                .limit(3)
                .forEach(client -> verdict.step(
                        "In " + client.getClusterId()
                                + ": does a NetworkPolicy keep clients away, and what is behind the Service?",
                        kubectlAtIstiod(client) + " get networkpolicies,services,endpointslices"));
        return verdict.step(
                "From another cluster or a machine: the east-west gateway must expose the port (expose-istiod), and firewalls on both sides"
                        + " must let it through.");
    }
}
