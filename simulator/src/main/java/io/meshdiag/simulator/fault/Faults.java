package io.meshdiag.simulator.fault;

import static java.util.Map.entry;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** All faults by the type that a scenario file names. A new one is its file and a line here. */
public final class Faults {
    private static final Map<String, BiFunction<Fields, Instant, Fault>> BY_TYPE = new TreeMap<>(Map.ofEntries(
            entry("own-root", OwnRoot::read),
            entry("root-rotation", RootRotation::read),
            entry("ca-expiring", CaExpiring::read),
            entry("trust-domain", TrustDomain::read),
            entry("root-twin", RootTwin::read),
            entry("root-configmap-stale", RootConfigMapStale::read),
            entry("certificates-not-renewed", CertificatesNotRenewed::read),
            entry("clock-behind", ClockBehind::read),
            entry("control-plane-port-closed", ControlPlanePortClosed::read),
            entry("remote-secret-missing", RemoteSecretMissing::read),
            entry("envoyfilter-rejected", EnvoyFilterRejected::read),
            entry("ca-bundle-overwritten", CaBundleOverwritten::read),
            entry("proxies-stale", ProxiesStale::read),
            entry("collector-blind", CollectorBlind::read),
            entry("api-server-unreachable", ApiServerUnreachable::read),
            entry("cluster-id-taken", ClusterIdTaken::read),
            entry("proxies-claim-unknown-cluster", ProxiesClaimUnknownCluster::read),
            entry("reader-role-old", ReaderRoleOld::read),
            entry("remote-credential-expired", RemoteCredentialExpired::read),
            entry("remote-secret-misdirected", RemoteSecretMisdirected::read),
            entry("rotated-secret-ignored", RotatedSecretIgnored::read),
            entry("cidr-overlap", CidrOverlap::read),
            entry("endpoints-frozen", EndpointsFrozen::read),
            entry("failover-blind", FailoverBlind::read),
            entry("gateway-down", GatewayDown::read),
            entry("gateway-ejected", GatewayEjected::read),
            entry("gateway-pending", GatewayPending::read),
            entry("gateway-unknown", GatewayUnknown::read),
            entry("network-label-wrong", NetworkLabelWrong::read),
            entry("passthrough-missing", PassthroughMissing::read),
            entry("proxy-endpoints-kept", ProxyEndpointsKept::read),
            entry("replica-blind", ReplicaBlind::read),
            entry("ztunnel-trust", ZtunnelTrust::read),
            entry("service-redefined", ServiceRedefined::read),
            entry("stateful-collapse", StatefulCollapse::read),
            entry("vm-agent-down", VmAgentDown::read),
            entry("vm-credentials-expired", VmCredentialsExpired::read),
            entry("vm-disconnected", VmDisconnected::read),
            entry("vm-network-wrong", VmNetworkWrong::read),
            entry("vm-redirection-flushed", VmRedirectionFlushed::read),
            entry("vm-registration-refused", VmRegistrationRefused::read),
            entry("vm-root-stale", VmRootStale::read),
            entry("vm-token-lost", VmTokenLost::read),
            entry("workload-entry-left", WorkloadEntryLeft::read),
            entry("workload-group-removed", WorkloadGroupRemoved::read),
            entry("upgraded", Upgraded::read)));

    private Faults() {}

    /**
     * One element of "faults".
     *
     * @param since when a fault began that says nothing of its time
     */
    public static Fault read(Fields fields, Instant since) {
        String type = fields.text("type");
        BiFunction<Fields, Instant, Fault> reader = BY_TYPE.get(type);
        if (reader == null) {
            fields.problem("type", "no fault '" + type + "'; there are " + String.join(", ", BY_TYPE.keySet()));
            return new None();
        }
        return reader.apply(fields, since);
    }

    /** Stands in for a fault that could not be read, until all mistakes are told. */
    private record None() implements Fault {
        @Override
        public List<String> clusters() {
            return List.of();
        }

        @Override
        public void applyTo(Fleet fleet) {}
    }
}
