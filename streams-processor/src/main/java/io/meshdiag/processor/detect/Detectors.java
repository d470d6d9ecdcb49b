package io.meshdiag.processor.detect;

import io.meshdiag.processor.detect.endpoint.ClusterEndpointsMissing;
import io.meshdiag.processor.detect.endpoint.PodAddressAcrossNetworks;
import io.meshdiag.processor.detect.endpoint.PodCidrsOverlap;
import io.meshdiag.processor.detect.endpoint.RemoteEndpointsMissing;
import io.meshdiag.processor.detect.endpoint.RemoteEndpointsStale;
import io.meshdiag.processor.detect.endpoint.ReplicasDisagree;
import io.meshdiag.processor.detect.endpoint.ServiceDefinedDifferently;
import io.meshdiag.processor.detect.network.GatewayUnknownToPeer;
import io.meshdiag.processor.detect.network.GatewayUnreachable;
import io.meshdiag.processor.detect.network.GatewayWithoutAddress;
import io.meshdiag.processor.detect.network.NetworkLabelContradicts;
import io.meshdiag.processor.detect.network.PassthroughMissing;
import io.meshdiag.processor.detect.observe.CollectorForbidden;
import io.meshdiag.processor.detect.observe.CollectorSilent;
import io.meshdiag.processor.detect.remote.RemoteCredentialExpired;
import io.meshdiag.processor.detect.remote.RemoteSecretMissing;
import io.meshdiag.processor.detect.trust.NoCommonTrust;
import io.meshdiag.processor.detect.trust.PluggedCaMissing;
import io.meshdiag.processor.detect.webhook.WebhookCaBundleWrong;
import io.meshdiag.processor.detect.webhook.WebhookUnreachable;
import io.meshdiag.processor.detect.webhook.WebhookWithoutEndpoints;
import io.meshdiag.processor.detect.xds.ProxyRejectsConfig;
import io.meshdiag.processor.detect.xds.ProxyStale;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ServiceView;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Everything that Meshdiag knows. A new rule is one line here; the id of a retired one stays here as a comment and is never used again. */
public final class Detectors {
    private static final List<Detector<ClusterView>> CLUSTER = List.of(
            new ReplicasDisagree(), //        EPT-04
            new WebhookUnreachable(), //      HKS-01
            new WebhookWithoutEndpoints(), // HKS-02
            new WebhookCaBundleWrong(), //    HKS-03
            new PassthroughMissing(), //      NET-04
            new NetworkLabelContradicts(), // NET-05
            new ProxyRejectsConfig(), //      XDS-01
            new ProxyStale()); //             XDS-03

    private static final List<Detector<ServiceView>> SERVICE = List.of(
            new RemoteEndpointsMissing(), //      EPT-01
            new RemoteEndpointsStale(), //        EPT-02
            new ServiceDefinedDifferently()); // EPT-07

    private static final List<Detector<MeshView>> MESH = List.of(
            new PodAddressAcrossNetworks(), // EPT-03
            new PodCidrsOverlap(), //          EPT-11
            new ClusterEndpointsMissing(), //  EPT-12
            new GatewayWithoutAddress(), //    NET-01
            new GatewayUnreachable(), //       NET-03
            new GatewayUnknownToPeer(), //     NET-06
            new CollectorSilent(), //       OBS-01
            new CollectorForbidden(), //    OBS-02
            new RemoteSecretMissing(), //   RMT-01
            new RemoteCredentialExpired(), // RMT-02
            new NoCommonTrust(), //         TRU-01
            new PluggedCaMissing()); //     TRU-02

    private Detectors() {}

    /** Judged on all facts of one cluster. */
    public static List<Detector<ClusterView>> ofCluster() {
        return CLUSTER;
    }

    /** Judged on one service in all clusters. */
    public static List<Detector<ServiceView>> ofService() {
        return SERVICE;
    }

    /** Judged on all clusters of a mesh. */
    public static List<Detector<MeshView>> ofMesh() {
        return MESH;
    }

    /** Rules of all levels, sorted by id. */
    public static List<Rule> rules() {
        return Stream.of(CLUSTER, SERVICE, MESH)
                .flatMap(List::stream)
                .map(Detector::rule)
                .sorted(Comparator.comparing(Rule::id))
                .toList();
    }
}
