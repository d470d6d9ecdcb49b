package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.detect.trust.RootFamily.Hole;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * TRU-03: the mesh is between two roots, within a cluster or from cluster to cluster.
 *
 * <p>In the right order it is information: which share of the certificates still descends from the old root, and when that may be dropped. It is a
 * fault as soon as certificates are in use whose root some cluster, or a part of one, does not trust (the new root was signed with before it was
 * trusted everywhere, or the old one dropped too early), and critical when a cluster refuses all certificates of another one.
 *
 * <p>Virtual machines count with the cluster that they say they belong to: one that was off during a rotation holds the old root alone.
 *
 * <p>Clusters that each sign with a root of their own and all trust all of them are no rotation: that may be how the mesh is meant.
 */
public final class RootRotationHalfDone implements Detector<MeshView> {
    private static final int SHOWN = 3;

    private static final Rule RULE = new Rule(
            "TRU-03",
            "RootRotationHalfDone",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A root rotation is half done",
            "Certificates of two roots are in use at the same time. That is safe while every namespace and proxy of every cluster trusts both. A"
                    + " workload whose certificate descends from a root that others do not trust is refused by them: that happens when istiod signs"
                    + " with the new root before it is trusted everywhere, or when the old root is dropped while certificates that descend from it"
                    + " are in use.",
            "Keep both roots in root-cert.pem of every cluster until every certificate descends from the new one; then drop the old one.",
            // Proxies learn of a changed bundle within a push, namespaces within seconds.
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Set.of(),
            List.of(
                    new Rule.Edge(
                            "HKS-03",
                            Rule.JoinOn.AMONG,
                            "istiod's certificate descends from another root than the webhook was told"),
                    new Rule.Edge(
                            "TRU-01",
                            Rule.JoinOn.AMONG,
                            "one cluster signs with a root of the rotation that the other does not trust")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<TrustSide> sides = Trust.members(view).stream()
                .map(cluster -> new TrustSide(MachineTrust.joined(view, cluster)))
                .toList();
        List<TrustSide> credible =
                sides.stream().filter(s -> Doubts.about(s.cluster).isEmpty()).toList();
        return RootFamily.in(sides).stream().flatMap(family -> {
            RootFamily seen = family.only(credible);
            if (speaks(seen)) {
                return Stream.of(judge(view, family, seen, List.of()));
            }
            return speaks(family) ? Stream.of(judge(view, family, family, doubts(family))) : Stream.empty();
        });
    }

    private static boolean speaks(RootFamily family) {
        return family.mixed() || family.complete() || !family.holes().isEmpty();
    }

    private static List<String> doubts(RootFamily family) {
        return family.sides().stream()
                .flatMap(side -> Doubts.about(side.cluster).stream())
                .toList();
    }

    private static Verdict judge(MeshView view, RootFamily whole, RootFamily family, List<String> missing) {
        List<Hole> holes = family.holes();
        List<ClusterSummary> clusters =
                family.sides().stream().map(side -> side.cluster).toList();
        CertificateInfo old = whole.roots().get(whole.byAge().get(0));
        ClusterSummary first = holes.isEmpty() ? clusters.get(0) : holes.get(0).client().cluster;
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Trust.scopeKey(Trust.key(old)), missing)
                .severity(severity(family, holes))
                .title(title(family, holes))
                .description(
                        shares(family),
                        holes.isEmpty()
                                ? "Every bundle that was seen holds the root of every certificate, so nothing is broken."
                                : refusals(family, holes),
                        safeToDrop(family))
                .scope(Scopes.among(view, clusters))
                .subject("Secret", istiodNamespace(first), "cacerts", first)
                .affected(
                        clusters.size(),
                        0,
                        family.byAge().stream()
                                .limit(1)
                                .mapToInt(family::leaves)
                                .sum(),
                        family.sides().stream()
                                .flatMap(side -> Trust.holders(side.cluster, Trust.issuers(side.cluster)))
                                .toList());
        holes.stream()
                .limit(SHOWN)
                .forEach(hole -> verdict.evidence(
                        hole.client().cluster, "TrustBundle", "istio-ca-root-cert, ROOTCA", text(family, hole)));
        family.sides()
                .forEach(side -> verdict.evidence(
                        side.cluster,
                        "TrustBundle",
                        "certificate chains",
                        side.cluster.getClusterId() + ": " + shares(family.only(List.of(side)))));
        return steps(verdict, family, holes).build();
    }

    private static Severity severity(RootFamily family, List<Hole> holes) {
        if (holes.isEmpty()) {
            return Severity.INFO;
        }
        return family.disjoint() ? Severity.CRITICAL : Severity.HIGH;
    }

    private static String title(RootFamily family, List<Hole> holes) {
        if (holes.isEmpty() && family.complete()) {
            return "A root rotation is complete: the old root can be dropped, no certificate seen descends from it";
        }
        if (holes.isEmpty()) {
            return "A root rotation is in progress: "
                    + family.leaves(family.byAge().get(0)) + " of " + total(family)
                    + " certificates seen descend from the old root";
        }
        Hole worst = holes.get(0);
        return (worst.whole() ? "Cluster " : "A part of cluster ")
                + worst.client().cluster.getClusterId()
                + " does not trust a root that " + family.leaves(worst.key()) + " of " + total(family)
                + " certificates seen descend from";
    }

    private static int total(RootFamily family) {
        return family.roots().keySet().stream().mapToInt(family::leaves).sum();
    }

    private static String shares(RootFamily family) {
        return "Of " + total(family) + " certificates seen "
                + family.byAge().stream()
                        .limit(SHOWN)
                        .map(key -> family.leaves(key) + " descend from "
                                + Trust.name(family.roots().get(key)))
                        .collect(Collectors.joining(", "))
                + ".";
    }

    private static String refusals(RootFamily family, List<Hole> holes) {
        String listed =
                holes.stream().limit(SHOWN).map(hole -> text(family, hole)).collect(Collectors.joining("; "));
        return "But " + listed + (holes.size() > SHOWN ? "; and " + (holes.size() - SHOWN) + " more" : "")
                + ": connections between these fail their handshake.";
    }

    private static String text(RootFamily family, Hole hole) {
        ClusterSummary client = hole.client().cluster;
        String root = Trust.name(family.roots().get(hole.key()));
        int all = client.getTrustHolders();
        return hole.whole()
                ? client.getClusterId() + " does not trust " + root
                : (all - hole.client().holders(hole.key())) + " of " + all + " namespaces, proxies and machines in "
                        + client.getClusterId() + " do not trust " + root;
    }

    private static String safeToDrop(RootFamily family) {
        String key = family.byAge().get(0);
        String where = family.sides().stream()
                .filter(side -> side.leavesByKey().getOrDefault(key, 0) > 0)
                .limit(5)
                .map(side -> side.leavesByKey().get(key) + " in " + side.cluster.getClusterId())
                .collect(Collectors.joining(", "));
        String old = Trust.name(family.roots().get(key));
        return where.isEmpty()
                ? "No certificate seen descends from the old root " + old + " any more: it can be dropped"
                        + (family.complete() ? " now." : " once all trust the new one.")
                : "The old root " + old + " can be dropped when no certificate descends from it: there are still "
                        + where + ".";
    }

    private static VerdictBuilder steps(VerdictBuilder verdict, RootFamily family, List<Hole> holes) {
        holes.stream()
                .map(hole -> hole.client().cluster)
                .distinct()
                .limit(SHOWN)
                .forEach(cluster -> verdict.step(
                                "See which roots " + cluster.getClusterId()
                                        + " trusts. Put all of them into root-cert.pem of its secret cacerts.",
                                Trust.showRoot(cluster))
                        .step(
                                "Then restart istiod in " + cluster.getClusterId() + ", which hands the bundle out.",
                                restartIstiod(cluster)));
        String old = family.byAge().get(0);
        family.sides().stream()
                .filter(side -> side.leavesByKey().getOrDefault(old, 0) > 0)
                .limit(SHOWN)
                .forEach(side -> Trust.namespaces(side.cluster, Trust.issuers(side.cluster)).stream()
                        .limit(1)
                        .forEach(ns -> verdict.step(
                                "Restart workloads in waves, so that they ask for new certificates. Seen in "
                                        + side.cluster.getClusterId() + "/" + ns + ":",
                                kubectl(side.cluster, ns) + " rollout restart deployment")));
        ClusterSummary any = family.sides().get(0).cluster;
        return verdict.step(
                "Drop the old root from root-cert.pem, cluster by cluster, only after every certificate descends from the new one.",
                Trust.showRoot(any));
    }
}
