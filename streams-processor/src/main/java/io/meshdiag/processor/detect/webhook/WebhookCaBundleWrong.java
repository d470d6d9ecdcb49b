package io.meshdiag.processor.detect.webhook;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.LastWriter;
import io.meshdiag.fact.TrustBundle;
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
 * HKS-03: the API server cannot verify istiod's certificate, because the webhook's caBundle is not the root that signed it.
 *
 * <p>istiod patches the bundle within seconds after somebody overwrote it, so the state has to last. Webhooks that go to a URL are somebody
 * else's to patch, and a validating webhook is installed with an empty bundle and failurePolicy Ignore: both are left alone.
 */
public final class WebhookCaBundleWrong implements Detector<ClusterView> {
    /** Field manager of istiod. */
    private static final String ISTIOD = "pilot-discovery";

    private static final Rule RULE = new Rule(
            "HKS-03",
            "WebhookCaBundleWrong",
            1,
            Rule.Level.CLUSTER,
            Severity.CRITICAL,
            "A webhook's caBundle does not match istiod's root",
            "The API server calls istiod over TLS and trusts only the caBundle of the webhook configuration. When that is empty, unreadable,"
                    + " expired or of another root, every call fails with \"x509: certificate signed by unknown authority\": new pods are not"
                    + " created, or come without a proxy, or Istio resources cannot be changed. Mostly a deployment tool applies the manifest"
                    + " again and again, or istiod's root was replaced while istiod could not patch the webhook.",
            "Restart istiod, which patches the bundle anew. If a deployment tool is the last writer, tell it to ignore caBundle.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(WebhookConfig.class, TrustBundle.class, WebhookError.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        IstiodRoots roots = new IstiodRoots(view);
        List<Row<WebhookError>> errors = view.rows(WebhookError.class).stream()
                .filter(r -> r.fact().getErrorClass() == WebhookErrorClass.BAD_CA)
                .toList();
        return view.rows(WebhookConfig.class).stream()
                .filter(row -> row.fact().getActive())
                .flatMap(row -> {
                    List<Fault> faults = row.fact().getEntries().stream()
                            .flatMap(e -> fault(view, roots, row.fact(), e).stream())
                            .toList();
                    return faults.isEmpty() ? Stream.empty() : Stream.of(judge(view, row, faults, roots, errors));
                });
    }

    private static Optional<Fault> fault(
            ClusterView view, IstiodRoots roots, WebhookConfig config, WebhookEntry entry) {
        if (entry.getServiceName() == null || entry.getServiceNamespace() == null) {
            return Optional.empty();
        }
        boolean asInstalled = config.getKind() == WebhookKind.VALIDATING
                && entry.getFailurePolicy().equals("Ignore");
        return switch (entry.getCaBundleState()) {
            case EMPTY -> asInstalled ? Optional.empty() : Optional.of(new Fault(entry, "is empty", true));
            case INVALID -> Optional.of(new Fault(entry, "holds no certificate", true));
            case VALID -> compare(view.asOf(), roots.of(entry.getServiceNamespace()), entry);
            case UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<Fault> compare(Instant now, List<Row<TrustBundle>> roots, WebhookEntry entry) {
        if (roots.isEmpty()) {
            return Optional.of(new Fault(entry, "cannot be compared with istiod's root", false));
        }
        List<CertificateInfo> matching = entry.getCaBundle().stream()
                .filter(c -> IstiodRoots.holds(roots, c))
                .toList();
        if (matching.isEmpty()) {
            return Optional.of(new Fault(entry, "is of another root than istiod's", true));
        }
        boolean expired = matching.stream()
                .allMatch(c -> c.getNotAfter() != null && c.getNotAfter().isBefore(now));
        return expired ? Optional.of(new Fault(entry, "has expired", true)) : Optional.empty();
    }

    private static Verdict judge(
            ClusterView view,
            Row<WebhookConfig> row,
            List<Fault> faults,
            IstiodRoots roots,
            List<Row<WebhookError>> errors) {
        ClusterSummary cluster = view.cluster();
        WebhookConfig config = row.fact();
        // What is certain goes first; entries that cannot be compared matter only when there is nothing else.
        List<Fault> certain = faults.stream().filter(Fault::certain).toList();
        List<String> missing = new ArrayList<>(Doubts.about(cluster));
        if (certain.isEmpty()) {
            missing.add("cluster " + cluster.getClusterId() + ": istiod's root (ConfigMap istio-ca-root-cert)");
        }
        Fault first = certain.isEmpty() ? faults.get(0) : certain.get(0);
        List<Row<WebhookError>> related = errors.stream()
                .filter(e -> faults.stream()
                        .anyMatch(f -> f.entry().getName().equals(e.fact().getWebhook())))
                .toList();
        boolean mutating = config.getKind() == WebhookKind.MUTATING;

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "|" + config.getKind() + "|" + config.getName(), missing)
                .severity(mutating ? Severity.CRITICAL : Severity.HIGH)
                .confidence(
                        related.isEmpty()
                                        && wroteIstiod(config)
                                        && first.entry().getCaBundleState() == CaBundleState.VALID
                                ? 0.8
                                : 1.0)
                .title("caBundle of webhook " + config.getName() + " in cluster " + cluster.getClusterId() + " "
                        + first.what())
                .description(
                        "The caBundle of " + config.getName() + " (" + faults.size() + " of "
                                + config.getEntries().size() + " entries) " + first.what()
                                + ", so the API server cannot verify istiod's certificate.",
                        consequence(mutating, first.entry()),
                        writer(config),
                        related.isEmpty() ? "" : "Calls fail with this error for " + related.size() + " object(s).")
                .scope(Scopes.of(view, cluster))
                .subject(kind(mutating), "", config.getName(), cluster)
                .changedAt(
                        config.getLastWriter() == null
                                ? null
                                : config.getLastWriter().getAt())
                .affected(
                        1,
                        0,
                        0,
                        related.stream()
                                .map(e -> e.fact().getObjectKind() + " "
                                        + e.fact().getObjectNamespace() + "/"
                                        + e.fact().getObjectName())
                                .toList())
                .since(related.stream().map(e -> e.fact().getFirstAt()).min(Instant::compareTo));
        faults.stream()
                .limit(4)
                .forEach(f ->
                        verdict.evidence(row, "caBundle of " + f.entry().getName() + " " + f.what() + held(f.entry())));
        roots.of(serviceNamespace(first)).stream().limit(3).forEach(r -> verdict.evidence(r, trusted(r.fact())));
        related.stream()
                .limit(3)
                .forEach(e -> verdict.evidence(
                        e, e.fact().getCount() + " time(s): " + e.fact().getMessage()));
        steps(verdict, cluster, config, serviceNamespace(first));
        return verdict.build();
    }

    private static void steps(VerdictBuilder verdict, ClusterSummary cluster, WebhookConfig config, String namespace) {
        String revision = config.getRevision() == null ? "" : ",istio.io/rev=" + config.getRevision();
        verdict.step(
                        "Restart istiod: it writes its root into the webhook when it starts.",
                        kubectl(cluster, namespace) + " rollout restart deployment --selector="
                                + quote("app=istiod" + revision))
                .step(
                        "Check who writes the object. istiod is " + ISTIOD
                                + "; anybody else who owns caBundle undoes its work.",
                        "kubectl " + context(cluster) + " get "
                                + quote(kind(config.getKind() == WebhookKind.MUTATING)
                                                .toLowerCase(Locale.ROOT)
                                        + "/" + config.getName())
                                + " --output=yaml --show-managed-fields")
                .step("If a deployment tool writes it, let it ignore the field. Argo CD: spec.ignoreDifferences with"
                        + " jqPathExpressions [\".webhooks[]?.clientConfig.caBundle\"] and the sync option"
                        + " RespectIgnoreDifferences=true. Flux: leave caBundle out of the manifest.");
    }

    private static boolean wroteIstiod(WebhookConfig config) {
        return config.getLastWriter() != null
                && config.getLastWriter().getManager().equals(ISTIOD);
    }

    private static String writer(WebhookConfig config) {
        LastWriter writer = config.getLastWriter();
        if (writer == null) {
            return "";
        }
        return "Last written by " + writer.getManager() + (writer.getAt() == null ? "" : " at " + writer.getAt())
                + (wroteIstiod(config) ? " (istiod itself)." : ", not by istiod.");
    }

    private static String consequence(boolean mutating, WebhookEntry entry) {
        boolean ignored = entry.getFailurePolicy().equals("Ignore");
        if (mutating) {
            return ignored ? "New pods start without a proxy." : "New pods are not created where injection is on.";
        }
        return ignored ? "Istio resources are no longer validated." : "Istio resources cannot be created or changed.";
    }

    private static String kind(boolean mutating) {
        return mutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration";
    }

    private static String serviceNamespace(Fault fault) {
        return fault.entry().getServiceNamespace();
    }

    private static String held(WebhookEntry entry) {
        return entry.getCaBundle().stream()
                .limit(2)
                .map(WebhookCaBundleWrong::describe)
                .reduce("", (all, one) -> all + "; it holds " + one);
    }

    private static String trusted(TrustBundle bundle) {
        return bundle.getTrustedRoots().stream()
                .limit(3)
                .map(WebhookCaBundleWrong::describe)
                .reduce(
                        "istiod's root as written to namespace " + bundle.getNamespace() + ":",
                        (all, one) -> all + " " + one);
    }

    private static String describe(CertificateInfo certificate) {
        String print = certificate.getSha256() == null ? "no fingerprint" : "sha256:" + certificate.getSha256();
        return "'" + certificate.getSubject() + "' " + print.substring(0, Math.min(23, print.length()))
                + (certificate.getNotAfter() == null ? "" : " valid until " + certificate.getNotAfter());
    }

    /** What is wrong with one entry. */
    private record Fault(WebhookEntry entry, String what, boolean certain) {}
}
