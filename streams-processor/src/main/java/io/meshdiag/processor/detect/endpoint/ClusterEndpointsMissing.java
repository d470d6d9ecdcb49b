package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.ServiceRegistry;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * EPT-12: no istiod of a cluster knows any endpoint of a linked cluster: EPT-01 for all services at once, told as one finding.
 *
 * <p>Whether it knows Services there tells a cluster that is not read from one whose EndpointSlices alone are not.
 *
 * <p>A cluster that is read shows at least the endpoints of its own system services, so that none at all is not chance. Once one endpoint is known,
 * each service that lacks its own is EPT-01.
 */
public final class ClusterEndpointsMissing implements Detector<MeshView> {
    private static final int SHOWN = 6;

    private static final Rule RULE = new Rule(
            "EPT-12",
            "ClusterEndpointsMissing",
            2,
            Rule.Level.MESH,
            Severity.HIGH,
            "istiod knows no endpoint of another cluster at all",
            "The clusters are linked, and services there have ready endpoints, but istiod here has none of any of them: it does not read that cluster."
                    + " No proxy here can send requests there: load is not shared, and failover does not happen.",
            "Follow the finding that explains it: mostly access to the other cluster. When there is none, look at istiod's list of remote clusters"
                    + " and restart istiod.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(ServiceRegistry.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        return view.clusters().stream()
                .filter(client -> client.getPrimary()
                        && view.cluster(client.getClusterId()).isPresent())
                .flatMap(client -> view.clusters().stream()
                        .filter(owner -> view.cluster(owner.getClusterId()).isPresent())
                        .filter(owner -> lacksAll(client, owner))
                        .map(owner -> judge(view, client, owner)));
    }

    /** istiod that shows no endpoint whatever was not read. */
    private static boolean lacksAll(ClusterSummary client, ClusterSummary owner) {
        return !client.getClusterId().equals(owner.getClusterId())
                && !client.getKnownClusters().isEmpty()
                && !client.getKnownClusters().contains(owner.getClusterId())
                && owner.getSharedServices() > 0
                && (client.getLinkedTo().contains(owner.getClusterId())
                        || owner.getLinkedTo().contains(client.getClusterId()));
    }

    private static Verdict judge(MeshView view, ClusterSummary client, ClusterSummary owner) {
        String from = client.getClusterId();
        String to = owner.getClusterId();
        int services = owner.getSharedServices();
        List<String> missing = new ArrayList<>(Doubts.about(client, "endpointShardz"));
        missing.addAll(Doubts.about(owner, "resources", "services", "endpointslices"));
        List<Row<ServiceRegistry>> registries = view.rows(ServiceRegistry.class, client);
        int known = registries.stream()
                .mapToInt(row -> Registries.of(row.fact(), to).getServices())
                .max()
                .orElse(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(client, owner), missing)
                .title("istiod in " + from + " knows no endpoint of " + to + " at all")
                .description(
                        services + " service(s) have ready endpoints in " + to + "; no istiod in " + from
                                + " lists one of any of them, although the clusters are linked.",
                        registries.isEmpty() ? "" : byServices(known, from, to),
                        "Workloads in " + from + " cannot reach " + to + ": no load sharing, no failover there.")
                .scope(Scopes.of(view, client, owner))
                .subject("Cluster", "", to, owner)
                .affected(
                        1,
                        services,
                        0,
                        owner.getSharedSamples().stream().map(s -> s + "@" + to).toList())
                .evidence(
                        client,
                        "EndpointShards",
                        from,
                        "istiod has endpoints of: " + String.join(", ", client.getKnownClusters()) + "; none of " + to)
                .evidence(
                        owner,
                        "ServiceEndpoints",
                        to,
                        services + " service(s) with ready endpoints: "
                                + String.join(
                                        ", ",
                                        owner.getSharedSamples().stream()
                                                .limit(5)
                                                .toList()));
        registries.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(
                        row,
                        row.fact().getIstiod() + " knows "
                                + Registries.of(row.fact(), to).getServices() + " service(s) in " + to));
        return verdict.step(
                        "Is istiod in " + from + " registered with " + to + ", and in sync?",
                        "istioctl remote-clusters " + context(client) + namespaceOption(client))
                .step(
                        "Not listed, or not synced: create the remote secret anew.",
                        "istioctl create-remote-secret " + context(owner) + " --name=" + quote(to)
                                + " | kubectl apply --filename=- " + context(client))
                .step("Listed and synced: restart istiod in " + from + ".", restartIstiod(client))
                .build();
    }

    /** Services and endpoints are read by watches of their own: which of them came says how far istiod gets. */
    private static String byServices(int known, String from, String to) {
        return known == 0
                ? "Nor does it know a Service there: it does not read " + to + " at all."
                : "It does know " + known + " service(s) there: it reads " + to
                        + ", but not its EndpointSlices. Look at the rights of its credential there, and at the log of istiod in "
                        + from + ".";
    }

    private static String namespaceOption(ClusterSummary cluster) {
        String namespace = istiodNamespace(cluster);
        return namespace.equals("istio-system") ? "" : " --istioNamespace=" + quote(namespace);
    }
}
