package io.meshdiag.processor.detect.xds;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.RejectedUpdate;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Running;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.schema.Printable;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * XDS-01: proxies refuse an update (NACK) and go on with what they had.
 *
 * <p>One verdict per xDS type and error signature, however many proxies say it. istiod shows the error since Istio 1.23; before that, and
 * for listeners only, Envoy's own dump does, until istiod sees a later update acknowledged.
 */
public final class ProxyRejectsConfig implements Detector<ClusterView> {
    private static final Rule RULE = new Rule(
            "XDS-01",
            "ProxyRejectsConfig",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Proxies reject the configuration that istiod sends",
            "Envoy refused an update and keeps its last good configuration of that type. Later changes do not reach it either while the bad part is"
                    + " there, and a proxy that starts now may never become ready. Mostly an EnvoyFilter, or a Gateway, does not fit the proxies'"
                    + " version.",
            "Correct or remove the object that the error names; check an EnvoyFilter's proxyVersion match.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(ProxyStatus.class, ProxyConfig.class, IstioResource.class),
            List.of(new Rule.Edge(
                    "XDS-03",
                    Rule.JoinOn.CLUSTER,
                    "a proxy that rejects an update stays on its last good configuration and counts as stale")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Map<String, List<Report>> groups = new TreeMap<>();
        Set<String> told = new HashSet<>();
        Map<String, Instant> acknowledged = new HashMap<>();
        for (ProxyType one : ProxyType.of(view)) {
            String error = one.xds().getLastError();
            if (error != null) {
                Report report = new Report(
                        one.xds().getType(),
                        Rejection.of(error),
                        one.proxy(),
                        error,
                        one.xds().getSentAt(),
                        one.row());
                groups.computeIfAbsent(report.key(), k -> new ArrayList<>()).add(report);
                told.add(report.subscription());
            } else if (one.xds().getState() == XdsSyncState.SYNCED) {
                acknowledged.put(one.proxy() + " " + one.xds().getType(), one.observedAt());
            }
        }
        fromEnvoy(view)
                .filter(report -> !told.contains(report.subscription()))
                .filter(report -> !report.readBefore(acknowledged.get(report.subscription())))
                .forEach(report -> groups.computeIfAbsent(report.key(), k -> new ArrayList<>())
                        .add(report));
        List<String> missing = Doubts.about(view.cluster(), "syncz");
        return groups.values().stream().map(reports -> judge(view, reports, missing));
    }

    private static Stream<Report> fromEnvoy(ClusterView view) {
        return view.rows(ProxyConfig.class).stream()
                .flatMap(row -> row.fact().getRejected().stream().map(rejected -> report(row, rejected)));
    }

    private static Report report(Row<ProxyConfig> row, RejectedUpdate rejected) {
        ProxyConfig config = row.fact();
        String cluster = config.getProxyClusterId() == null ? row.clusterId() : config.getProxyClusterId();
        return new Report(
                rejected.getType(),
                Rejection.of(rejected.getResource() + ": " + rejected.getDetails()),
                config.getNamespace() + "/" + config.getName() + "@" + cluster,
                rejected.getDetails(),
                rejected.getLastAttempt(),
                row);
    }

    private static Verdict judge(ClusterView view, List<Report> reports, List<String> missing) {
        ClusterSummary cluster = view.cluster();
        Report first = reports.get(0);
        Optional<Instant> since =
                reports.stream().map(Report::at).filter(Objects::nonNull).min(Comparator.naturalOrder());
        List<String> proxies =
                reports.stream().map(Report::proxy).distinct().sorted().toList();
        Optional<Suspect> suspect = Suspect.find(view, first.error(), since);
        int count = proxies.size();

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE,
                        Scopes.key(cluster) + "|" + first.type() + "|"
                                + first.signature().hash(),
                        missing)
                .title(count + (count == 1 ? " proxy rejects " : " proxies reject ") + first.type() + " in cluster "
                        + cluster.getClusterId()
                        + ": "
                        + suspect.filter(Suspect::named)
                                .map(Suspect::text)
                                .orElse(Printable.shorten(first.error(), 120)))
                .description(
                        (count == 1 ? "One proxy" : count + " proxies") + " at istiod of " + cluster.getClusterId()
                                + (count == 1 ? " refuses " : " refuse ") + first.type()
                                + " updates" + (count == 1 ? "" : " with the same error")
                                + "; the last good configuration stays in use.",
                        blame(suspect),
                        "Error: " + first.error())
                .scope(Scopes.of(view, cluster))
                .affected(1, 0, count, proxies)
                .versions(Running.proxies(reports.stream().map(Report::row)))
                .since(since);
        reports.stream()
                .limit(5)
                .forEach(r -> verdict.evidence(
                        r.row(),
                        r.proxy() + " refused " + r.type() + (r.at() == null ? "" : " sent at " + r.at()) + ": "
                                + r.error()));
        suspect.ifPresent(s -> verdict.evidence(
                s.row(),
                s.text()
                        + (s.named() ? " is named in the error" : " is the newest EnvoyFilter")
                        + (s.row().fact().getCreatedAt() == null
                                ? ""
                                : ", created " + s.row().fact().getCreatedAt())));
        subject(verdict, cluster, suspect);
        steps(verdict, cluster, suspect, proxies.get(0));
        return verdict.build();
    }

    private static String blame(Optional<Suspect> suspect) {
        return suspect.map(s -> s.named()
                        ? "The error names " + s.text() + "."
                        : "The error names no object; the newest EnvoyFilter is " + s.object()
                                + ", which is where to look first, not proof.")
                .orElse("The error names no object that is known here.");
    }

    private static void subject(VerdictBuilder verdict, ClusterSummary cluster, Optional<Suspect> suspect) {
        suspect.filter(Suspect::named)
                .map(s -> s.row().fact())
                .ifPresentOrElse(
                        r -> verdict.subject(r.getKind(), r.getNamespace(), r.getName(), cluster)
                                .changedAt(r.getCreatedAt()),
                        () -> verdict.subject("Cluster", "", cluster.getClusterId(), cluster));
    }

    private static void steps(VerdictBuilder verdict, ClusterSummary cluster, Optional<Suspect> suspect, String proxy) {
        suspect.map(s -> s.row().fact())
                .ifPresent(r -> verdict.step(
                        "Read the object: does it fit the error, and the version of the proxies?",
                        kubectl(cluster, r.getNamespace()) + " get " + resource(r) + " --output=yaml"));
        String workload = proxy.substring(proxy.indexOf('/') + 1, proxy.lastIndexOf('@'));
        String namespace = proxy.substring(0, proxy.indexOf('/'));
        verdict.step(
                        "See which types are in error, for one of the proxies.",
                        "istioctl proxy-status " + context(cluster) + " " + quote(workload + "." + namespace))
                .step(
                        "Correct the object, or take it back to its last version. The proxies recover with the next push; no restart"
                                + " is needed.")
                .step(
                        "Find such objects before they are applied.",
                        "istioctl analyze " + context(cluster) + " --all-namespaces");
    }

    /** The kind with its group: "gateway" alone may be the Gateway API's. */
    private static String resource(IstioResource resource) {
        return quote(
                resource.getKind().toLowerCase(Locale.ROOT) + "." + resource.getGroup() + "/" + resource.getName());
    }

    /** One proxy's rejection of one type. */
    private record Report(
            String type,
            Rejection signature,
            String proxy,
            String error,
            Instant at,
            Row<? extends SpecificRecord> row) {
        String subscription() {
            return proxy + " " + type;
        }

        /** Envoy's page may be hours old: what istiod saw acknowledged since then is not refused any more. */
        boolean readBefore(Instant acknowledgement) {
            return acknowledgement != null
                    && row.fact() instanceof ProxyConfig config
                    && config.getHeader().getObservedAt().isBefore(acknowledgement);
        }

        String key() {
            return type + "|" + signature.text();
        }
    }
}
