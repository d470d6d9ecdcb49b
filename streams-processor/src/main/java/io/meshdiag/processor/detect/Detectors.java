package io.meshdiag.processor.detect;

import io.meshdiag.processor.detect.endpoint.ClusterEndpointsMissing;
import io.meshdiag.processor.detect.endpoint.FailoverWithoutOutlierDetection;
import io.meshdiag.processor.detect.endpoint.PodAddressAcrossNetworks;
import io.meshdiag.processor.detect.endpoint.PodCidrsOverlap;
import io.meshdiag.processor.detect.endpoint.ProxyEndpointsStale;
import io.meshdiag.processor.detect.endpoint.RemoteEndpointsEjected;
import io.meshdiag.processor.detect.endpoint.RemoteEndpointsMissing;
import io.meshdiag.processor.detect.endpoint.RemoteEndpointsStale;
import io.meshdiag.processor.detect.endpoint.ReplicasDisagree;
import io.meshdiag.processor.detect.endpoint.ServiceDefinedDifferently;
import io.meshdiag.processor.detect.endpoint.StatefulPodsCollapse;
import io.meshdiag.processor.detect.incident.CommonFactor;
import io.meshdiag.processor.detect.network.ControlPlanePortClosed;
import io.meshdiag.processor.detect.network.GatewayAddressesStale;
import io.meshdiag.processor.detect.network.GatewayUnknownToPeer;
import io.meshdiag.processor.detect.network.GatewayUnreachable;
import io.meshdiag.processor.detect.network.GatewayWithoutAddress;
import io.meshdiag.processor.detect.network.NetworkLabelContradicts;
import io.meshdiag.processor.detect.network.PassthroughMissing;
import io.meshdiag.processor.detect.observe.CollectorForbidden;
import io.meshdiag.processor.detect.observe.CollectorSilent;
import io.meshdiag.processor.detect.observe.DataLate;
import io.meshdiag.processor.detect.remote.ClusterGone;
import io.meshdiag.processor.detect.remote.ClusterIdNotUnique;
import io.meshdiag.processor.detect.remote.ReaderRoleTooOld;
import io.meshdiag.processor.detect.remote.RemoteApiUnreachable;
import io.meshdiag.processor.detect.remote.RemoteCredentialExpired;
import io.meshdiag.processor.detect.remote.RemoteSecretMisdirected;
import io.meshdiag.processor.detect.remote.RemoteSecretMissing;
import io.meshdiag.processor.detect.remote.RotatedSecretIgnored;
import io.meshdiag.processor.detect.remote.SecretChurnLeaks;
import io.meshdiag.processor.detect.remote.SyncStatusContradicted;
import io.meshdiag.processor.detect.remote.UnknownClusterClaimed;
import io.meshdiag.processor.detect.trust.CaExpiring;
import io.meshdiag.processor.detect.trust.CertificateNotRenewed;
import io.meshdiag.processor.detect.trust.ClockSkew;
import io.meshdiag.processor.detect.trust.NoCommonTrust;
import io.meshdiag.processor.detect.trust.PluggedCaMissing;
import io.meshdiag.processor.detect.trust.RootConfigMapStale;
import io.meshdiag.processor.detect.trust.RootRotationHalfDone;
import io.meshdiag.processor.detect.trust.RootTwins;
import io.meshdiag.processor.detect.trust.TrustDomainsDiffer;
import io.meshdiag.processor.detect.trust.ZtunnelTrustLacking;
import io.meshdiag.processor.detect.vm.AgentDown;
import io.meshdiag.processor.detect.vm.RedirectionAbsent;
import io.meshdiag.processor.detect.vm.VmCredentialsExpired;
import io.meshdiag.processor.detect.vm.VmNetworkContradicts;
import io.meshdiag.processor.detect.vm.VmNotConnected;
import io.meshdiag.processor.detect.vm.VmRegistrationFailed;
import io.meshdiag.processor.detect.vm.VmTokenLost;
import io.meshdiag.processor.detect.vm.WorkloadEntryStale;
import io.meshdiag.processor.detect.vm.WorkloadGroupMissing;
import io.meshdiag.processor.detect.webhook.WebhookCaBundleWrong;
import io.meshdiag.processor.detect.webhook.WebhookUnreachable;
import io.meshdiag.processor.detect.webhook.WebhookWithoutEndpoints;
import io.meshdiag.processor.detect.xds.ProxyNotConnected;
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
            new RemoteEndpointsEjected(), //  EPT-08
            new FailoverWithoutOutlierDetection(), // EPT-09
            new ProxyEndpointsStale(), //     EPT-13
            new WebhookUnreachable(), //      HKS-01
            new WebhookWithoutEndpoints(), // HKS-02
            new WebhookCaBundleWrong(), //    HKS-03
            new PassthroughMissing(), //      NET-04
            new NetworkLabelContradicts(), // NET-05
            new RootConfigMapStale(), //      TRU-08
            new CertificateNotRenewed(), //   TRU-09
            new ClockSkew(), //               TRU-10
            new ProxyRejectsConfig(), //      XDS-01
            new ProxyNotConnected(), //       XDS-02
            new ProxyStale()); //             XDS-03

    private static final List<Detector<ClusterView>> MACHINE = List.of(
            new RedirectionAbsent(), // VMS-08
            new AgentDown()); //        VMS-09

    private static final List<Detector<ServiceView>> SERVICE = List.of(
            new RemoteEndpointsMissing(), //      EPT-01
            new RemoteEndpointsStale(), //        EPT-02
            new StatefulPodsCollapse(), //        EPT-06
            new ServiceDefinedDifferently()); // EPT-07

    private static final List<Detector<MeshView>> MESH = List.of(
            new PodAddressAcrossNetworks(), // EPT-03
            new PodCidrsOverlap(), //          EPT-11
            new ClusterEndpointsMissing(), //  EPT-12
            new GatewayWithoutAddress(), //    NET-01
            new GatewayAddressesStale(), //    NET-02
            new GatewayUnreachable(), //       NET-03
            new GatewayUnknownToPeer(), //     NET-06
            new ControlPlanePortClosed(), //   NET-07
            new CollectorSilent(), //       OBS-01
            new CollectorForbidden(), //    OBS-02
            new DataLate(), //              OBS-03
            new RemoteSecretMissing(), //   RMT-01
            new RemoteCredentialExpired(), // RMT-02
            new RotatedSecretIgnored(), //  RMT-03
            new RemoteApiUnreachable(), //  RMT-04
            new UnknownClusterClaimed(), // RMT-05
            new ClusterIdNotUnique(), //    RMT-06
            new RemoteSecretMisdirected(), // RMT-07
            new ReaderRoleTooOld(), //      RMT-08
            new ClusterGone(), //           RMT-09
            new SyncStatusContradicted(), // RMT-10
            new SecretChurnLeaks(), //      RMT-11
            new NoCommonTrust(), //         TRU-01
            new PluggedCaMissing(), //      TRU-02
            new RootRotationHalfDone(), //  TRU-03
            new CaExpiring(), //            TRU-04
            new TrustDomainsDiffer(), //    TRU-05
            new ZtunnelTrustLacking(), //   TRU-06
            new RootTwins(), //             TRU-07
            new VmCredentialsExpired(), //  VMS-01
            new VmRegistrationFailed(), //  VMS-02
            new WorkloadEntryStale(), //    VMS-03
            new WorkloadGroupMissing(), //  VMS-04
            new VmNotConnected(), //        VMS-05
            new VmTokenLost(), //           VMS-06
            new VmNetworkContradicts()); // VMS-07

    private Detectors() {}

    /** Judged on all facts of one cluster. */
    public static List<Detector<ClusterView>> ofCluster() {
        return CLUSTER;
    }

    /** Judged on all facts of one virtual machine. */
    public static List<Detector<ClusterView>> ofMachine() {
        return MACHINE;
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
        return Stream.concat(
                        Stream.of(CLUSTER, MACHINE, SERVICE, MESH)
                                .flatMap(List::stream)
                                .map(Detector::rule),
                        // Judged in the incident stage, on findings.
                        Stream.of(CommonFactor.RULE))
                .sorted(Comparator.comparing(Rule::id))
                .toList();
    }
}
