package io.meshdiag.schema;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.EndpointShards;
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
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every kind of fact once: its record, its topic, and the segment of the key that names it.
 *
 * <p>The segment is in every key, so that a tombstone, which has no value, still says what is gone.
 */
public enum FactKind {
    PROXY_STATUS("proxy-status", ProxyStatus.class, Topics.PROXY_STATUS, false),
    CLUSTER_PROFILE("ClusterProfile", ClusterProfile.class, Topics.CONFIG_SNAPSHOTS, false),
    TRUST_BUNDLE("TrustBundle", TrustBundle.class, Topics.CONFIG_SNAPSHOTS, false),
    REMOTE_SECRET("RemoteSecret", RemoteSecret.class, Topics.CONFIG_SNAPSHOTS, false),
    REMOTE_CLUSTER_STATUS("RemoteClusterStatus", RemoteClusterStatus.class, Topics.CONFIG_SNAPSHOTS, false),
    GATEWAY("Gateway", Gateway.class, Topics.CONFIG_SNAPSHOTS, false),
    NETWORK_GATEWAYS("NetworkGateways", NetworkGateways.class, Topics.CONFIG_SNAPSHOTS, false),
    SERVICE_REGISTRY("ServiceRegistry", ServiceRegistry.class, Topics.CONFIG_SNAPSHOTS, false),
    SERVICE_ENDPOINTS("ServiceEndpoints", ServiceEndpoints.class, Topics.CONFIG_SNAPSHOTS, false),
    ENDPOINT_SHARDS("EndpointShards", EndpointShards.class, Topics.CONFIG_SNAPSHOTS, false),
    PROXY_CONFIG("ProxyConfig", ProxyConfig.class, Topics.CONFIG_SNAPSHOTS, false),
    NAMESPACE_PROFILE("NamespaceProfile", NamespaceProfile.class, Topics.CONFIG_SNAPSHOTS, false),
    CONFIG_DRIFT("ConfigDrift", ConfigDrift.class, Topics.CONFIG_SNAPSHOTS, false),
    CONNECTIVITY("Connectivity", Connectivity.class, Topics.CONFIG_SNAPSHOTS, false),
    WEBHOOK_CONFIG("WebhookConfig", WebhookConfig.class, Topics.CONFIG_SNAPSHOTS, false),
    CNI_NODE("CniNode", CniNode.class, Topics.CONFIG_SNAPSHOTS, false),
    WORKLOAD("Workload", Workload.class, Topics.CONFIG_SNAPSHOTS, false),
    ISTIO_RESOURCE("IstioResource", IstioResource.class, Topics.CONFIG_SNAPSHOTS, false),
    WORKLOAD_ENTRY("WorkloadEntry", WorkloadEntry.class, Topics.CONFIG_SNAPSHOTS, false),
    WORKLOAD_GROUP("WorkloadGroup", WorkloadGroup.class, Topics.CONFIG_SNAPSHOTS, false),
    SELECTED_PODS("SelectedPods", SelectedPods.class, Topics.CONFIG_SNAPSHOTS, false),
    ISTIOD_INSTANCE("IstiodInstance", IstiodInstance.class, Topics.CONFIG_SNAPSHOTS, false),
    LOG_SIGNALS("LogSignals", LogSignals.class, Topics.CONFIG_SNAPSHOTS, false),
    CNI_EVENT("cni-events", CniEvent.class, Topics.CNI_EVENTS, true),
    WEBHOOK_ERROR("webhook-errors", WebhookError.class, Topics.WEBHOOK_ERRORS, true),
    VM_HEALTH("vm-health", VmHealth.class, Topics.VM_HEALTH, false),
    HEARTBEAT("heartbeats", Heartbeat.class, Topics.HEARTBEATS, false);

    private static final Map<String, FactKind> BY_SEGMENT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(FactKind::segment, Function.identity()));
    private static final Map<Class<?>, FactKind> BY_RECORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(FactKind::record, Function.identity()));

    private final String segment;
    private final Class<? extends SpecificRecord> record;
    private final String topic;
    private final boolean event;

    FactKind(String segment, Class<? extends SpecificRecord> record, String topic, boolean event) {
        this.segment = segment;
        this.record = record;
        this.topic = topic;
        this.event = event;
    }

    /** Third segment of every key of this kind. */
    public String segment() {
        return segment;
    }

    /** Generated Avro class. */
    public Class<? extends SpecificRecord> record() {
        return record;
    }

    /** Topic without the deployment's prefix. */
    public String topic() {
        return topic;
    }

    /** True for things that happened (own count and time), false for levels. */
    public boolean event() {
        return event;
    }

    /** The kind whose keys carry this segment. */
    public static Optional<FactKind> ofSegment(String segment) {
        return Optional.ofNullable(BY_SEGMENT.get(segment));
    }

    /**
     * The kind of a fact.
     *
     * @throws IllegalArgumentException if the record is not a fact
     */
    public static FactKind of(SpecificRecord fact) {
        return of(fact.getClass());
    }

    /**
     * The kind of facts of this class.
     *
     * @throws IllegalArgumentException if it is not a kind of fact
     */
    public static FactKind of(Class<?> record) {
        FactKind kind = BY_RECORD.get(record);
        if (kind == null) {
            throw new IllegalArgumentException(record.getName() + " is not a kind of fact");
        }
        return kind;
    }
}
