package io.meshdiag.processor.rules;

import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Suppression;
import io.meshdiag.finding.SuppressionKind;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A decision that nobody is to be told of some findings, for a while. In the four names a star stands for any characters; an empty name matches
 * everything.
 *
 * @param cluster one of the clusters that the finding is about
 * @param namespace of the service that the finding names; a finding that names none is not matched by it
 * @param author who answers for it
 * @param until when it ends by itself
 */
public record Silence(
        String rule,
        String cluster,
        String namespace,
        String service,
        SuppressionKind kind,
        String reason,
        String author,
        Instant until) {

    /** True when the finding is meant, whether or not the silence is over. */
    public boolean matches(Finding finding) {
        return matches(rule, List.of(finding.getRule().getId()))
                && matches(cluster, finding.getScope().getClusters())
                && matches(namespace, named(finding.getScope().getNamespace()))
                && matches(service, named(finding.getScope().getService()));
    }

    /** As a finding says it. */
    public Suppression suppression() {
        return Suppression.newBuilder()
                .setActive(true)
                .setKind(kind)
                .setReason(reason)
                .setBy(author)
                .setUntil(until)
                .build();
    }

    /** For people: who ended what, and when. */
    public String describeEnd() {
        return "the suppression by " + author + " (" + reason + ") ended at " + until
                + ": what it hid is told again; renew it or take it out of the rules file";
    }

    private static List<String> named(String name) {
        return Optional.ofNullable(name).map(List::of).orElse(List.of());
    }

    private static boolean matches(String pattern, Collection<String> names) {
        return pattern.isEmpty() || names.stream().anyMatch(glob(pattern).asMatchPredicate());
    }

    static Pattern glob(String pattern) {
        return Pattern.compile(
                Pattern.quote(pattern).replace("*", "\\E.*\\Q"), Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    }
}
