package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-08: outlier detection took away every gateway to a cluster of another network.
 *
 * <p>Gateways stand for all endpoints behind them, and istiod sends them without any health: where Envoy holds one unhealthy, its own outlier detection
 * did it. With one address per network, a few failing backends are enough to lose all of them. The health is that of the dump (Envoy:
 * source/server/admin/config_dump_handler.cc writes what the host's flags add up to, ejection among them), so only recent dumps count.
 */
public final class RemoteEndpointsEjected implements Detector<ClusterView> {
    /**
     * What is not one client's own affair.
     *
     * @param proxies that must have ejected a service's gateways: 2, because one has its own bad luck
     */
    public record Thresholds(int proxies) {
        static final Thresholds DEFAULT = new Thresholds(2);
    }

    private static final int SHOWN = 8;

    /** An ejection lasts 30 s, and longer each time; a dump that is older says nothing of now. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    private static final Rule RULE = new Rule(
            "EPT-08",
            "RemoteEndpointsEjected",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Proxies ejected all gateways to another network",
            "Endpoints of another network are behind its east-west gateway, so that to a proxy they are one address or a few. When requests there fail,"
                    + " outlier detection ejects the address and with it every endpoint behind it, the healthy ones too: requests fail, or stay local.",
            "Follow the finding that explains it: mostly a gateway that does not answer. When the gateway is healthy, give it more addresses, and make outlier"
                    + " detection for services across networks more patient.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Set.of(ProxyConfig.class),
            List.of());

    private final Thresholds thresholds;

    public RemoteEndpointsEjected() {
        this(Thresholds.DEFAULT);
    }

    public RemoteEndpointsEjected(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Instant recent = view.asOf().minus(RECENT);
        Map<String, List<Ejected>> byCluster = view.rows(ProxyConfig.class).stream()
                .filter(proxy -> !observedAt(proxy).isBefore(recent))
                .flatMap(proxy -> proxy.fact().getEndpointCounts().stream()
                        .filter(RemoteEndpointsEjected::ejected)
                        .map(count -> new Ejected(proxy, count)))
                .collect(Collectors.groupingBy(e -> e.count().getClusterId(), TreeMap::new, Collectors.toList()));
        return byCluster.entrySet().stream()
                .filter(e -> proxies(e.getValue()).size() >= thresholds.proxies())
                .map(e -> verdict(view, e.getKey(), e.getValue()));
    }

    private static boolean ejected(ProxyEndpointCount count) {
        return count.getGateways() > 0 && count.getGateways() == count.getTotal() && count.getHealthy() == 0;
    }

    private static Instant observedAt(Row<ProxyConfig> proxy) {
        return proxy.fact().getHeader().getObservedAt();
    }

    private static List<String> proxies(List<Ejected> ejected) {
        return ejected.stream().map(Ejected::name).distinct().sorted().toList();
    }

    /** A service of which one proxy has no healthy way into a cluster. */
    private record Ejected(Row<ProxyConfig> proxy, ProxyEndpointCount count) {
        String name() {
            return proxy.fact().getNamespace() + "/" + proxy.fact().getName();
        }
    }

    private static Verdict verdict(ClusterView view, String to, List<Ejected> ejected) {
        ClusterSummary cluster = view.cluster();
        String from = cluster.getClusterId();
        List<String> proxies = proxies(ejected);
        List<String> hosts = ejected.stream()
                .map(e -> e.count().getHost())
                .distinct()
                .sorted()
                .toList();
        ProxyConfig first = ejected.get(0).proxy().fact();
        Scope scope = Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(Stream.of(from, to).sorted().toList())
                .setPair(new ClusterPair(from, to))
                .build();

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "->id:" + to, Doubts.about(cluster, "proxies/config_dump"))
                .title(proxies.size() + " proxies in " + from + " ejected all gateways to " + to)
                .description(
                        proxies.size() + " of the proxies in " + from + " that were read in the last "
                                + RECENT.toMinutes() + " minutes hold every gateway to " + to + " for unhealthy, for "
                                + hosts.size() + " service(s).",
                        "Behind these addresses are all endpoints in " + to + ", the healthy ones too.",
                        "Requests from " + from + " to " + to + " fail, or are answered elsewhere.")
                .scope(scope)
                .subject("Cluster", "", from, cluster)
                .affected(1, hosts.size(), proxies.size(), proxies)
                .judgeAgainAt(ejected.stream()
                        .map(e -> observedAt(e.proxy()).plus(RECENT).plusMillis(1))
                        .min(Instant::compareTo));
        ejected.stream()
                .limit(SHOWN)
                .forEach(e -> verdict.evidence(
                        e.proxy(),
                        e.name() + ": 0 of " + e.count().getTotal() + " gateway(s) to " + to + " healthy for "
                                + e.count().getHost()));
        return verdict.step(
                        "Are they still ejected?",
                        "istioctl " + context(cluster) + " proxy-config endpoints "
                                + quote(first.getName() + "." + first.getNamespace()) + " --status unhealthy")
                .step(
                        "Is the gateway in " + to + " well?",
                        "kubectl --context=" + quote(to)
                                + " get pods --all-namespaces --selector=istio=eastwestgateway --output=wide")
                .step(
                        "What do requests there fail with?",
                        "kubectl " + context(cluster) + " --namespace=" + quote(first.getNamespace()) + " logs "
                                + quote(first.getName()) + " --container=istio-proxy --tail=500 | grep -F :15443")
                .step("The gateway is well: give it more addresses, and raise consecutive5xxErrors or lower"
                        + " maxEjectionPercent in the DestinationRules of these services.")
                .build();
    }
}
