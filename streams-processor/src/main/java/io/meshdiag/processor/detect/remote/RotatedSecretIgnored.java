package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * RMT-03: of several istiods with the same remote secret one is still refused.
 *
 * <p>The others are the proof that the secret is good, so what the one uses is not what the secret holds now. With a single replica nothing tells this
 * from a bad credential, which is RMT-02.
 */
public final class RotatedSecretIgnored implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "RMT-03",
            "RotatedSecretIgnored",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "An istiod replica did not pick up a renewed remote secret",
            "istiod builds its client for another cluster when the remote secret is added or changed. Some versions miss a change: such a replica goes on"
                    + " with the old credential and is refused, while the others get in. Proxies that are connected to it get endpoints that are no longer"
                    + " true.",
            "Restart that istiod.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(RemoteSecret.class, RemoteClusterStatus.class, LogSignals.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        return view.clusters().stream()
                .flatMap(observer -> Refusals.of(view, observer).stream())
                .filter(Refusals::partial)
                .flatMap(refusals -> refusals.refused().stream().map(one -> judge(view, refusals, one)));
    }

    private static Verdict judge(MeshView view, Refusals refusals, Complaint refused) {
        Target target = Target.of(view, refusals.target());
        String from = refused.observer().getClusterId();
        String namespace = refused.row().fact().getNamespace();
        String istiod = refused.istiod();
        return VerdictBuilder.verdict(
                        RULE, target.keyFrom(refused.observer()) + "|" + istiod, Doubts.about(refused.observer()))
                .title("istiod " + istiod + " in " + from + " is refused by " + target.id()
                        + ", other replicas are not")
                .description(
                        "The API server of " + target.id() + " answers this istiod with Unauthorized, but lets in "
                                + String.join(", ", refusals.accepted()) + " with the same remote secret.",
                        "It goes on with an old credential: its proxies get endpoints of " + target.id()
                                + " as they were.")
                .scope(Scope.newBuilder(target.seenFrom(view, refused.observer()))
                        .setIstiod(istiod)
                        .build())
                .subject("Pod", namespace, istiod, refused.observer())
                .affected(1, 0, 0, List.of(from + "/" + istiod))
                .evidence(refused.row(), refused.text())
                .evidence(
                        refused.observer(),
                        "RemoteClusterStatus",
                        String.join(", ", refusals.accepted()),
                        "in sync with " + target.id() + ", and no word about it in the log")
                .since(Optional.of(refused.signal().getFirstAt()))
                .step(
                        "Restart that istiod; its proxies connect to another one.",
                        kubectl(refused.observer(), namespace) + " delete pod " + quote(istiod))
                .step(
                        "Check: every replica lists " + target.id() + " as synced.",
                        "istioctl remote-clusters " + context(refused.observer()))
                .step(
                        "Keep its version with the next report: later ones watch secrets more reliably.",
                        "istioctl version " + context(refused.observer()))
                .build();
    }
}
