package io.meshdiag.processor.detect.webhook;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.WebhookEntry;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.fact.WebhookKind;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * HKS-02: a webhook calls a Service that does not exist or has nobody ready behind it.
 *
 * <p>Judged by the Service as it is now, not by failed calls: those are only seen where somebody creates pods, and stay visible for an hour after
 * the repair.
 */
public final class WebhookWithoutEndpoints implements Detector<ClusterView> {
    private static final Rule RULE = new Rule(
            "HKS-02",
            "WebhookWithoutEndpoints",
            1,
            Rule.Level.CLUSTER,
            Severity.CRITICAL,
            "Nobody answers behind a webhook",
            "The API server calls Istio's webhooks through a Service. When that Service is gone, or none of its pods is ready, every call fails"
                    + " with \"no endpoints available for service\" or \"service not found\": new pods are not created, or come without a proxy,"
                    + " or Istio resources cannot be changed. Mostly istiod is down, or a revision was uninstalled and its webhook stayed.",
            "Bring istiod back. If its revision was uninstalled on purpose, delete the webhook configuration.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(WebhookConfig.class, ServiceEndpoints.class, WebhookError.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        List<Row<ServiceEndpoints>> services = view.rows(ServiceEndpoints.class);
        return view.rows(WebhookConfig.class).stream()
                .filter(row -> row.fact().getActive())
                .flatMap(row -> row.fact().getEntries().stream()
                        .flatMap(entry -> fault(services, entry).stream())
                        .findFirst()
                        .map(fault -> judge(view, row, fault))
                        .stream());
    }

    private static Optional<Fault> fault(List<Row<ServiceEndpoints>> services, WebhookEntry entry) {
        if (entry.getServiceName() == null || entry.getServiceNamespace() == null) {
            return Optional.empty();
        }
        Optional<Row<ServiceEndpoints>> service = services.stream()
                .filter(row -> row.fact().getNamespace().equals(entry.getServiceNamespace())
                        && row.fact().getName().equals(entry.getServiceName()))
                .findFirst();
        boolean answered = service.filter(
                        row -> row.fact().getReady() > 0 || row.fact().getType().equals("ExternalName"))
                .isPresent();
        return answered ? Optional.empty() : Optional.of(new Fault(entry, service));
    }

    private static Verdict judge(ClusterView view, Row<WebhookConfig> row, Fault fault) {
        ClusterSummary cluster = view.cluster();
        WebhookConfig config = row.fact();
        boolean mutating = config.getKind() == WebhookKind.MUTATING;
        List<String> missing = new ArrayList<>(Doubts.about(cluster, "resources"));
        if (view.rows(ServiceEndpoints.class).isEmpty()) {
            missing.add("cluster " + cluster.getClusterId() + ": no Service was seen at all");
        }
        List<Row<WebhookError>> calls = failedCalls(view, config);
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "|" + config.getKind() + "|" + config.getName(), missing)
                .severity(mutating ? Severity.CRITICAL : Severity.HIGH)
                .title("Webhook " + config.getName() + " in cluster " + cluster.getClusterId() + " calls "
                        + fault.name() + ", " + fault.what())
                .description(
                        "The API server sends calls of " + config.getName() + " to Service " + fault.name() + ", "
                                + fault.what() + ".",
                        consequence(mutating, fault.entry()),
                        calls.isEmpty() ? "" : "Calls fail for " + calls.size() + " object(s) so far.")
                .scope(Scopes.of(view, cluster))
                .subject(
                        "Service",
                        fault.entry().getServiceNamespace(),
                        fault.entry().getServiceName(),
                        cluster)
                .affected(
                        1,
                        0,
                        0,
                        calls.stream()
                                .map(c -> c.fact().getObjectKind() + " "
                                        + c.fact().getObjectNamespace() + "/"
                                        + c.fact().getObjectName())
                                .toList())
                .since(calls.stream().map(c -> c.fact().getFirstAt()).min(Instant::compareTo))
                .evidence(row, fault.entry().getName() + " calls Service " + fault.name());
        fault.service()
                .ifPresent(service -> verdict.evidence(
                        service, "0 ready endpoints, " + service.fact().getNotReady() + " not ready"));
        calls.stream()
                .limit(3)
                .forEach(c -> verdict.evidence(
                        c, c.fact().getCount() + " time(s): " + c.fact().getMessage()));
        return steps(verdict, cluster, config, fault).build();
    }

    private static List<Row<WebhookError>> failedCalls(ClusterView view, WebhookConfig config) {
        return view.rows(WebhookError.class).stream()
                .filter(e -> e.fact().getErrorClass() == WebhookErrorClass.NO_ENDPOINTS
                        || e.fact().getErrorClass() == WebhookErrorClass.NO_SERVICE)
                .filter(e -> config.getEntries().stream()
                        .anyMatch(entry -> entry.getName().equals(e.fact().getWebhook())))
                .toList();
    }

    private static VerdictBuilder steps(
            VerdictBuilder verdict, ClusterSummary cluster, WebhookConfig config, Fault fault) {
        String namespace = fault.entry().getServiceNamespace();
        String object = (config.getKind() == WebhookKind.MUTATING ? "mutating" : "validating") + "webhookconfiguration/"
                + config.getName();
        if (fault.service().isPresent()) {
            verdict.step(
                    "See why no pod behind the Service is ready.",
                    kubectl(cluster, namespace) + " get pods --selector=app=istiod --output=wide");
        }
        return verdict.step(
                        fault.service().isPresent()
                                ? "Check that the Service selects istiod's pods."
                                : "Check whether istiod of this revision is still meant to be installed.",
                        kubectl(cluster, namespace) + " get service,endpointslices,deployments --selector=app=istiod")
                .step(
                        "Only if revision " + revision(config) + " was uninstalled on purpose: delete its webhook.",
                        "kubectl " + context(cluster) + " delete " + quote(object.toLowerCase(Locale.ROOT)));
    }

    private static String revision(WebhookConfig config) {
        return config.getRevision() == null ? "default" : config.getRevision();
    }

    private static String consequence(boolean mutating, WebhookEntry entry) {
        boolean ignored = entry.getFailurePolicy().equals("Ignore");
        if (mutating) {
            return ignored ? "New pods start without a proxy." : "New pods are not created where injection is on.";
        }
        return ignored ? "Istio resources are no longer validated." : "Istio resources cannot be created or changed.";
    }

    /** An entry, and its Service; empty when there is none of that name. */
    private record Fault(WebhookEntry entry, Optional<Row<ServiceEndpoints>> service) {
        String name() {
            return entry.getServiceNamespace() + "/" + entry.getServiceName();
        }

        String what() {
            return service.isPresent() ? "which has no ready endpoint" : "which does not exist";
        }
    }
}
