package io.meshdiag.processor.detect.webhook;

import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;

import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * HKS-01: the API server's calls to a webhook time out or are refused although pods behind it are ready: the way between them is closed.
 *
 * <p>Seen only by failed calls, so it lasts as long as these go on: a ReplicaSet that cannot create its pods tries again after at most 17 minutes.
 */
public final class WebhookUnreachable implements Detector<ClusterView> {
    /** Longest back-off of the ReplicaSet controller (1,000 s), and some. */
    static final Duration RETRIED_WITHIN = Duration.ofMinutes(20);

    private static final Set<WebhookErrorClass> UNREACHABLE =
            EnumSet.of(WebhookErrorClass.TIMEOUT, WebhookErrorClass.REFUSED, WebhookErrorClass.NETWORK);

    private static final Rule RULE = new Rule(
            "HKS-01",
            "WebhookUnreachable",
            1,
            Rule.Level.CLUSTER,
            Severity.CRITICAL,
            "The API server cannot reach a webhook",
            "The API server calls istiod on port 15017 of its pods. When a firewall, a NetworkPolicy or a broken overlay lies between them, calls end"
                    + " in \"context deadline exceeded\" or \"connection refused\": new pods are not created although istiod is well. Typical for"
                    + " private clusters, whose control plane may reach the nodes on few ports only.",
            "Let the control plane's address range reach port 15017 of the nodes and pods.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(WebhookError.class, ServiceEndpoints.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Map<String, List<Row<WebhookError>>> byWebhook = view.rows(WebhookError.class).stream()
                .filter(row -> UNREACHABLE.contains(row.fact().getErrorClass()))
                .filter(row -> until(row).isAfter(view.asOf()))
                .filter(row -> somebodyIsReady(view, row.fact()))
                .collect(Collectors.groupingBy(row -> row.fact().getWebhook(), TreeMap::new, Collectors.toList()));
        return byWebhook.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static Instant until(Row<WebhookError> row) {
        return row.fact().getLastAt().plus(RETRIED_WITHIN);
    }

    /** Where nobody is, HKS-02 says so. A Service that was not seen, or a URL, says nothing against it. */
    private static boolean somebodyIsReady(ClusterView view, WebhookError error) {
        return view.rows(ServiceEndpoints.class).stream()
                .map(Row::fact)
                .filter(service -> service.getNamespace().equals(error.getServiceNamespace())
                        && service.getName().equals(error.getServiceName()))
                .allMatch(service -> service.getReady() > 0);
    }

    private static Verdict judge(ClusterView view, String webhook, List<Row<WebhookError>> calls) {
        ClusterSummary cluster = view.cluster();
        WebhookError first = calls.get(0).fact();
        String target = first.getServiceName() == null
                ? "its URL"
                : "Service " + first.getServiceNamespace() + "/" + first.getServiceName();
        long count = calls.stream().mapToLong(row -> row.fact().getCount()).sum();
        String how = calls.stream()
                .map(row -> row.fact().getErrorClass().name())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "|" + webhook, Doubts.about(cluster))
                .title("The API server of cluster " + cluster.getClusterId() + " cannot reach webhook " + webhook)
                .description(
                        count + " call(s) for " + calls.size() + " object(s) failed (" + how + ") on the way to "
                                + target + ", although pods behind it are ready.",
                        "Objects that need this webhook are not created, or come without what it adds.")
                .scope(Scopes.of(view, cluster))
                .subject("Webhook", "", webhook, cluster)
                .affected(
                        1,
                        0,
                        0,
                        calls.stream()
                                .map(row -> row.fact().getObjectKind() + " "
                                        + row.fact().getObjectNamespace() + "/"
                                        + row.fact().getObjectName())
                                .toList())
                .since(calls.stream().map(row -> row.fact().getFirstAt()).min(Instant::compareTo))
                .judgeAgainAt(calls.stream().map(WebhookUnreachable::until).max(Instant::compareTo));
        calls.stream()
                .limit(5)
                .forEach(row -> verdict.evidence(
                        row, row.fact().getCount() + " time(s): " + row.fact().getMessage()));
        String namespace = first.getServiceNamespace();
        return verdict.step(
                        "Check that the control plane may reach port 15017 of the nodes and pods: in private clusters a firewall rule for its"
                                + " address range, and no NetworkPolicy of istiod's namespace that keeps it out.",
                        (namespace == null ? kubectlAtIstiod(cluster) : kubectl(cluster, namespace))
                                + " get networkpolicies,endpointslices")
                .step(
                        "Look for TLS errors at istiod: none at all means that the calls never arrive.",
                        kubectlAtIstiod(cluster) + " logs --selector=app=istiod --since=30m")
                .step(
                        "See whether istiod is overloaded: it must answer within the webhook's timeout.",
                        kubectlAtIstiod(cluster) + " top pods --selector=app=istiod")
                .build();
    }
}
