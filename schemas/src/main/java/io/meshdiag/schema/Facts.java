package io.meshdiag.schema;

import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.SelectedPods;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.ServiceRegistry;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.Workload;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.specific.SpecificRecord;

/** What all facts have in common, although Avro gives them no common supertype. */
public final class Facts {
    private Facts() {}

    /** The header: the first field of every fact (a test holds every kind to it). */
    public static FactHeader header(SpecificRecord fact) {
        return (FactHeader) fact.get(0);
    }

    /** The key under which a fact is published (architecture.md, section 2). */
    public static FactKey key(SpecificRecord fact) {
        FactHeader header = header(fact);
        FactKind kind = FactKind.of(fact);
        return FactKey.of(
                header,
                kind,
                switch (kind) {
                    case PROXY_STATUS ->
                        subject(
                                ((ProxyStatus) fact).getNamespace(),
                                ((ProxyStatus) fact).getName(),
                                ((ProxyStatus) fact).getIstiod());
                    case CLUSTER_PROFILE -> subject();
                    case TRUST_BUNDLE ->
                        subject(
                                ((TrustBundle) fact).getHolder().name(),
                                ((TrustBundle) fact).getNamespace(),
                                ((TrustBundle) fact).getName());
                    case REMOTE_SECRET ->
                        subject(
                                ((RemoteSecret) fact).getNamespace(),
                                ((RemoteSecret) fact).getName(),
                                ((RemoteSecret) fact).getClusterKey());
                    case REMOTE_CLUSTER_STATUS ->
                        subject(((RemoteClusterStatus) fact).getNamespace(), ((RemoteClusterStatus) fact).getIstiod());
                    case GATEWAY -> subject(((Gateway) fact).getNamespace(), ((Gateway) fact).getName());
                    case NETWORK_GATEWAYS ->
                        subject(((NetworkGateways) fact).getNamespace(), ((NetworkGateways) fact).getIstiod());
                    case SERVICE_REGISTRY ->
                        subject(((ServiceRegistry) fact).getNamespace(), ((ServiceRegistry) fact).getIstiod());
                    case SERVICE_ENDPOINTS ->
                        subject(((ServiceEndpoints) fact).getNamespace(), ((ServiceEndpoints) fact).getName());
                    case ENDPOINT_SHARDS ->
                        subject(
                                ((EndpointShards) fact).getNamespace(),
                                ((EndpointShards) fact).getService(),
                                ((EndpointShards) fact).getIstiod());
                    case PROXY_CONFIG -> subject(((ProxyConfig) fact).getNamespace(), ((ProxyConfig) fact).getName());
                    case NAMESPACE_PROFILE -> subject(((NamespaceProfile) fact).getName());
                    case CONFIG_DRIFT -> subject(((ConfigDrift) fact).getNamespace(), ((ConfigDrift) fact).getName());
                    case CONNECTIVITY ->
                        subject(
                                ((Connectivity) fact).getPeerClusterId(),
                                ((Connectivity) fact).getTarget().name(),
                                ((Connectivity) fact).getHost() + ":" + ((Connectivity) fact).getPort());
                    case WEBHOOK_CONFIG ->
                        subject(((WebhookConfig) fact).getKind().name(), ((WebhookConfig) fact).getName());
                    case CNI_NODE -> subject(((CniNode) fact).getNode());
                    case WORKLOAD -> subject(((Workload) fact).getNamespace(), ((Workload) fact).getName());
                    case ISTIO_RESOURCE ->
                        subject(
                                ((IstioResource) fact).getGroup(),
                                ((IstioResource) fact).getKind(),
                                ((IstioResource) fact).getNamespace(),
                                ((IstioResource) fact).getName());
                    case WORKLOAD_ENTRY ->
                        subject(((WorkloadEntry) fact).getNamespace(), ((WorkloadEntry) fact).getName());
                    case WORKLOAD_GROUP ->
                        subject(((WorkloadGroup) fact).getNamespace(), ((WorkloadGroup) fact).getName());
                    case SELECTED_PODS ->
                        subject(((SelectedPods) fact).getNamespace(), ((SelectedPods) fact).getHost());
                    case ISTIOD_INSTANCE ->
                        subject(((IstiodInstance) fact).getNamespace(), ((IstiodInstance) fact).getName());
                    case LOG_SIGNALS ->
                        subject(
                                ((LogSignals) fact).getComponent(),
                                ((LogSignals) fact).getNamespace(),
                                ((LogSignals) fact).getInstance());
                    case CNI_EVENT ->
                        subject(
                                ((CniEvent) fact).getNode(),
                                ((CniEvent) fact).getPod(),
                                ((CniEvent) fact).getKind().name(),
                                shortHash(((CniEvent) fact).getSignature()));
                    case WEBHOOK_ERROR ->
                        subject(
                                ((WebhookError) fact).getWebhook(),
                                ((WebhookError) fact).getObjectKind(),
                                ((WebhookError) fact).getObjectNamespace(),
                                ((WebhookError) fact).getObjectName(),
                                ((WebhookError) fact).getErrorClass().name());
                    case VM_HEALTH -> subject(((VmHealth) fact).getVm());
                    case HEARTBEAT -> subject(((Heartbeat) fact).getCollector());
                });
    }

    private static String[] subject(String... segments) {
        return segments;
    }

    private static String shortHash(String text) {
        return HexFormat.of().formatHex(Digests.sha256(text.getBytes(StandardCharsets.UTF_8)), 0, 6);
    }
}
