package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.ClusterNames;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.schema.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Who a machine is: the names that its facts and its collector carry.
 *
 * @param hostName POD_NAME, or the host name up to its first dot, as istio-start.sh does
 * @param namespace empty when no setting names one
 * @param clusterId ISTIO_META_CLUSTER_ID, or Istio's default
 * @param meshId ISTIO_META_MESH_ID, or else the trust domain
 * @param machineUid 32 hex digits that tell this machine from all others, and do not give its machine-id away
 */
public record MachineIdentity(String hostName, String namespace, String clusterId, String meshId, String machineUid) {
    private static final int UID_DIGITS = 32;

    /**
     * @param settings of sidecar.env and cluster.env; NONE when there is no such file
     * @param config null when there is no mesh config
     * @param hostName as {@code hostname} prints it
     * @param machineId content of /etc/machine-id, which clones of one image share: hence the name beside it; empty when there is none
     */
    public static MachineIdentity of(VmSettings settings, AgentConfig config, String hostName, String machineId) {
        VmSettings all = config == null ? settings : config.metadata().overriddenBy(settings);
        String name = all.text("POD_NAME") == null ? hostName.split("\\.", 2)[0] : all.text("POD_NAME");
        // istio-start.sh overwrites POD_NAMESPACE with ISTIO_NAMESPACE.
        String namespace = first(all.text("ISTIO_NAMESPACE"), all.text("POD_NAMESPACE"), "");
        ClusterNames names = new ClusterNames()
                .clusterId(all.text("ISTIO_META_CLUSTER_ID"), "env")
                .meshId(all.text("ISTIO_META_MESH_ID"))
                .meshId(config == null ? null : config.meshId())
                .meshId(all.text("TRUST_DOMAIN"))
                .meshId(config == null ? null : config.trustDomain());
        String seed = "meshdiag\n" + machineId.strip() + "\n" + vm(name, namespace);
        return new MachineIdentity(
                name,
                namespace,
                names.clusterId(),
                names.meshId(),
                Digests.sha256Hex(seed.getBytes(StandardCharsets.UTF_8)).substring(0, UID_DIGITS));
    }

    /** The proxy's name as istiod lists it. */
    public String vm() {
        return vm(hostName, namespace);
    }

    /** "vm/<vm>". */
    public String observer() {
        return "vm/" + vm();
    }

    /** The same name in its parts, for the parsers of a proxy's pages. */
    public ProxyName proxy() {
        return new ProxyName(namespace, hostName);
    }

    /** What the headers of the machine's facts say. */
    public Origin origin(Instant observedAt, String source) {
        return new Origin(meshId, clusterId, machineUid, observer(), observedAt, source);
    }

    private static String vm(String name, String namespace) {
        return namespace.isEmpty() ? name : name + "." + namespace;
    }

    private static String first(String a, String b, String otherwise) {
        return a != null ? a : b != null ? b : otherwise;
    }
}
