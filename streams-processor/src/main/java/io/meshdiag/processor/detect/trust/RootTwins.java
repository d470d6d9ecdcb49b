package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.schema.Digests;
import io.meshdiag.state.ClusterSummary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * TRU-07: clusters that refuse each other have roots that look the same: one name or one serial number, and different keys.
 *
 * <p>Only between clusters without common trust: a root and its successor often have the same name, and while both are trusted that is no fault.
 */
public final class RootTwins implements Detector<MeshView> {
    /** Hex digits from which on equal serial numbers are no chance: 64 bits. Shorter ones are counters, such as 1. */
    private static final int MIN_SERIAL = 16;

    private static final Rule RULE = new Rule(
            "TRU-07",
            "RootTwins",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "Roots of two clusters look the same but have different keys",
            "The same commands were run once per cluster, so each made a root of its own with the same name. Who compares names sees one root; TLS"
                    + " compares keys, and every connection between these clusters fails its handshake.",
            "Keep one of the roots, sign the CA of every cluster with it, and distribute it. Until the last certificate is renewed, trust all of them.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(),
            List.of(new Rule.Edge(
                    "TRU-01", Rule.JoinOn.AMONG, "the roots of the two clusters have one name but different keys")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<TrustSide> sides = Trust.members(view).stream().map(TrustSide::new).toList();
        Map<String, Twins> byName = new TreeMap<>();
        for (TrustSide one : sides) {
            for (TrustSide other : sides) {
                if (one != other && !one.accepts(other)) {
                    twins(byName, one, other);
                }
            }
        }
        return byName.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    /** Roots of one name, and the clusters that have them, in the order of the view. */
    private static final class Twins {
        final Map<String, TrustSide> clusters = new TreeMap<>();
        final Map<String, CertificateInfo> roots = new TreeMap<>();

        void add(TrustSide side, CertificateInfo root) {
            String key = Scopes.key(side.cluster);
            clusters.put(key, side);
            roots.merge(key, root, (a, b) -> a.getSha256().compareTo(b.getSha256()) <= 0 ? a : b);
        }
    }

    private static void twins(Map<String, Twins> byName, TrustSide one, TrustSide other) {
        for (CertificateInfo mine : one.trustedByKey().values()) {
            for (CertificateInfo theirs : other.trustedByKey().values()) {
                if (Trust.key(mine).equals(Trust.key(theirs))) {
                    continue;
                }
                String common = common(mine, theirs);
                if (!common.isEmpty()) {
                    Twins twins = byName.computeIfAbsent(common, name -> new Twins());
                    twins.add(one, mine);
                    twins.add(other, theirs);
                }
            }
        }
    }

    /** What looks the same; empty when nothing does. */
    private static String common(CertificateInfo mine, CertificateInfo theirs) {
        if (!mine.getSubject().isEmpty() && mine.getSubject().equals(theirs.getSubject())) {
            return "name '" + mine.getSubject() + "'";
        }
        boolean oneSerial =
                mine.getSerial().length() >= MIN_SERIAL && mine.getSerial().equals(theirs.getSerial());
        return oneSerial ? "serial number " + mine.getSerial() : "";
    }

    private static Verdict judge(MeshView view, String common, Twins twins) {
        List<TrustSide> sides = List.copyOf(twins.clusters.values());
        List<ClusterSummary> clusters = sides.stream().map(side -> side.cluster).toList();
        List<ClusterSummary> credible =
                clusters.stream().filter(c -> Doubts.about(c).isEmpty()).toList();
        List<String> missing = new ArrayList<>();
        // Two clusters that can be believed are enough.
        if (credible.stream()
                        .map(c -> Trust.key(twins.roots.get(Scopes.key(c))))
                        .distinct()
                        .count()
                < 2) {
            clusters.forEach(c -> missing.addAll(Doubts.about(c)));
        }
        List<String> ids =
                clusters.stream().map(ClusterSummary::getClusterId).sorted().toList();
        long keys = twins.roots.values().stream().map(Trust::key).distinct().count();
        ClusterSummary odd = odd(clusters, twins);
        String digest =
                Digests.sha256Hex(common.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "twins|" + digest, missing)
                .title("Roots with the " + common + " in " + ids.size() + " clusters have " + keys + " different keys")
                .description(
                        "The roots of " + String.join(", ", ids) + " have the same " + common + ", but " + keys
                                + " different keys.",
                        "They look like one root and are not: mTLS between these clusters fails.")
                .scope(Scopes.among(view, clusters))
                .subject("Secret", istiodNamespace(odd), "cacerts", odd)
                .affected(
                        clusters.size(),
                        0,
                        0,
                        sides.stream()
                                .flatMap(side -> Trust.holders(side.cluster, Trust.roots(side.cluster)))
                                .toList());
        twins.clusters.forEach((key, side) -> verdict.evidence(
                side.cluster,
                "TrustBundle",
                "istio-ca-root-cert",
                side.cluster.getClusterId() + " trusts " + Trust.describe(twins.roots.get(key)) + ", key "
                        + Trust.key(twins.roots.get(key)).substring(0, 16)));
        clusters.stream()
                .limit(4)
                .forEach(c -> verdict.step(
                        "See the root of " + c.getClusterId() + ": compare the key identifiers, not the names.",
                        Trust.showRoot(c)));
        return verdict.step("Choose one root, the one that most clusters have. Sign a new CA for " + odd.getClusterId()
                        + " with it and put that into its secret cacerts; root-cert.pem of every cluster holds both roots until all"
                        + " certificates are renewed.")
                .step("Then restart istiod there, and its workloads in waves.", restartIstiod(odd))
                .build();
    }

    /** A cluster with the rarest key: the one to change. */
    private static ClusterSummary odd(List<ClusterSummary> clusters, Twins twins) {
        return clusters.stream()
                .min(Comparator.comparing((ClusterSummary c) -> sameKey(c, twins))
                        .thenComparing(c -> Scopes.key(c)))
                .orElseThrow();
    }

    private static long sameKey(ClusterSummary cluster, Twins twins) {
        String key = Trust.key(twins.roots.get(Scopes.key(cluster)));
        return twins.roots.values().stream()
                .filter(root -> Trust.key(root).equals(key))
                .count();
    }
}
