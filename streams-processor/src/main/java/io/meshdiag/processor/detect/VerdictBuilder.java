package io.meshdiag.processor.detect;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Forecast;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Printable;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts a verdict together; keeps every text printable and every list as short as the finding's schema promises. */
public final class VerdictBuilder {
    private static final int MAX_EVIDENCE = 10;
    private static final int MAX_SAMPLES = 20;

    private final String scopeKey;
    private final Verdict.State state;
    private final List<String> missing = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final List<RemediationStep> steps = new ArrayList<>();
    private Severity severity;
    private double confidence = 1.0;
    private String title;
    private String description;
    private Scope scope;
    private Subject subject;
    private Affected affected = Affected.newBuilder().build();
    private List<ComponentVersion> versions = List.of();
    private Optional<Instant> since = Optional.empty();
    private Optional<Forecast> forecast = Optional.empty();
    private Optional<Instant> judgeAgainAt = Optional.empty();

    private VerdictBuilder(Rule rule, String scopeKey, Verdict.State state) {
        this.scopeKey = scopeKey;
        this.state = state;
        this.severity = rule.severity();
        this.title = rule.title();
        this.description = rule.why();
    }

    /** PRESENT when nothing is missing, else UNKNOWN because of it. */
    public static VerdictBuilder verdict(Rule rule, String scopeKey, List<String> missing) {
        VerdictBuilder builder =
                new VerdictBuilder(rule, scopeKey, missing.isEmpty() ? Verdict.State.PRESENT : Verdict.State.UNKNOWN);
        builder.missing.addAll(missing);
        return builder;
    }

    /** PRESENT, although something could not be seen. */
    public static VerdictBuilder present(Rule rule, String scopeKey, List<String> notSeen) {
        VerdictBuilder builder = new VerdictBuilder(rule, scopeKey, Verdict.State.PRESENT);
        builder.missing.addAll(notSeen);
        return builder;
    }

    public VerdictBuilder severity(Severity value) {
        severity = value;
        return this;
    }

    public VerdictBuilder confidence(double value) {
        confidence = value;
        return this;
    }

    public VerdictBuilder title(String text) {
        title = text;
        return this;
    }

    /** Sentences; empty ones are left out. */
    public VerdictBuilder description(String... sentences) {
        description =
                Stream.of(sentences).filter(sentence -> !sentence.isEmpty()).collect(Collectors.joining(" "));
        return this;
    }

    public VerdictBuilder scope(Scope value) {
        scope = value;
        return this;
    }

    /** The object to touch first. */
    public VerdictBuilder subject(String kind, String namespace, String name, ClusterSummary cluster) {
        subject = Subject.newBuilder()
                .setKind(kind)
                .setNamespace(namespace.isEmpty() ? null : Printable.shorten(namespace, 253))
                .setName(Printable.shorten(name, 253))
                .setCluster(cluster.getClusterId())
                .build();
        return this;
    }

    /** When the object to touch first was last changed, as far as a fact tells; null when none does. Follows {@link #subject}. */
    public VerdictBuilder changedAt(Instant at) {
        subject = Subject.newBuilder(subject).setChangedAt(at).build();
        return this;
    }

    /** Versions of components that it is about, where they are not those of the whole cluster. */
    public VerdictBuilder versions(List<ComponentVersion> known) {
        versions = known;
        return this;
    }

    public VerdictBuilder affected(int clusters, int services, int proxies, List<String> samples) {
        affected = new Affected(
                clusters,
                services,
                proxies,
                samples.stream()
                        .limit(MAX_SAMPLES)
                        .map(s -> Printable.shorten(s, 300))
                        .toList());
        return this;
    }

    /** What a fact says. */
    public VerdictBuilder evidence(Row<?> row, String value) {
        var header = Facts.header(row.fact());
        String key = row.key().toString();
        return evidence(new Evidence(
                row.fact().getSchema().getName(),
                header.getSource(),
                header.getClusterId(),
                header.getObserver(),
                Printable.clean(key.substring(row.key().clusterKey().length() + 1)),
                Printable.shorten(value, 500),
                header.getObservedAt()));
    }

    /** What the summary of a cluster's facts of one kind says. */
    public VerdictBuilder evidence(ClusterSummary cluster, String kind, String subject, String value) {
        return evidence(new Evidence(
                kind,
                "summary of " + kind + " facts",
                cluster.getClusterId(),
                "collector",
                Printable.shorten(subject, 300),
                Printable.shorten(value, 500),
                cluster.getAsOf()));
    }

    /** Something that the caller put together. */
    public VerdictBuilder evidence(Evidence one) {
        if (evidence.size() < MAX_EVIDENCE) {
            evidence.add(one);
        }
        return this;
    }

    /** Something to do or to look at. */
    public VerdictBuilder step(String text) {
        steps.add(new RemediationStep(steps.size() + 1, Printable.clean(text), null));
        return this;
    }

    /** Something to do with a command; names in it went through {@link Shell}. */
    public VerdictBuilder step(String text, String command) {
        steps.add(new RemediationStep(steps.size() + 1, Printable.clean(text), Printable.clean(command)));
        return this;
    }

    public VerdictBuilder since(Optional<Instant> at) {
        since = at;
        return this;
    }

    /** What happens at that time if nobody acts. */
    public VerdictBuilder forecast(Instant happensAt, String consequence) {
        forecast = Optional.of(new Forecast(happensAt, Printable.shorten(consequence, 500)));
        return this;
    }

    public VerdictBuilder judgeAgainAt(Optional<Instant> at) {
        judgeAgainAt = at;
        return this;
    }

    public Verdict build() {
        return new Verdict(
                state,
                scopeKey,
                severity,
                confidence,
                Printable.shorten(title, 256),
                Printable.shorten(description, 1024),
                scope,
                subject,
                affected,
                versions,
                evidence,
                steps,
                since,
                forecast,
                missing.stream().map(m -> Printable.shorten(m, 500)).toList(),
                judgeAgainAt);
    }
}
