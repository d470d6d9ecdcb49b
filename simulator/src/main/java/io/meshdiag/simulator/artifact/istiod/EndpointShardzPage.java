package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.IstiodView.MeshService;
import io.meshdiag.simulator.fleet.IstiodView.SelectedHost;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Port;
import io.meshdiag.simulator.fleet.Service;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** /debug/endpointShardz: endpoints of each Service by source cluster. Services without any endpoint are not in it. */
public final class EndpointShardzPage extends JsonPage {
    private final Istiod istiod;

    public EndpointShardzPage(Istiod istiod) {
        super(istiod.folder() + "debug/endpointShardz", false);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (MeshService service : istiod.view().services()) {
            if (service.byCluster().entrySet().stream().anyMatch(this::hasEndpoints)) {
                json.writeObjectFieldStart(service.any().hostname());
                json.writeObjectFieldStart(service.namespace());
                write(service, json);
                json.writeEndObject();
                json.writeEndObject();
            }
        }
        for (SelectedHost host : istiod.view().selectedHosts()) {
            json.writeObjectFieldStart(host.host());
            json.writeObjectFieldStart(host.namespace());
            json.writeObjectFieldStart("Shards");
            json.writeArrayFieldStart("External/" + istiod.view().self().id());
            for (Map.Entry<String, Pod> pod : host.pods()) {
                for (Port port : host.service().ports()) {
                    json.writePOJO(endpoint(pod.getKey(), cluster(pod.getKey()), pod.getValue(), port));
                }
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private boolean hasEndpoints(Map.Entry<String, Service> in) {
        return in.getValue().app().isEmpty()
                ? istiod.view().hasEndpointsOf(in.getKey())
                : !istiod.view().podsOf(in.getKey(), in.getValue()).isEmpty();
    }

    private Cluster cluster(String id) {
        return istiod.view().registered().get(id);
    }

    private void write(MeshService service, JsonGenerator json) throws IOException {
        TreeSet<String> accounts = new TreeSet<>();
        json.writeObjectFieldStart("Shards");
        for (Map.Entry<String, Service> in : new TreeMap<>(service.byCluster()).entrySet()) {
            if (!hasEndpoints(in)) {
                continue;
            }
            String id = in.getKey();
            Cluster source = cluster(id);
            json.writeArrayFieldStart("Kubernetes/" + id);
            for (Port port : in.getValue().ports()) {
                if (in.getValue().app().isEmpty()) {
                    json.writePOJO(apiServer(id, source, port));
                }
                for (Pod pod : istiod.view().podsOf(id, in.getValue())) {
                    json.writePOJO(endpoint(id, source, pod, port));
                    accounts.add(account(source, pod));
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        Map<String, Object> set = new TreeMap<>();
        accounts.forEach(account -> set.put(account, Map.of()));
        json.writePOJOField("ServiceAccounts", set);
    }

    private static String account(Cluster source, Pod pod) {
        return "spiffe://" + source.trust().domain() + "/ns/" + pod.namespace() + "/sa/" + pod.serviceAccount();
    }

    private Map<String, Object> endpoint(String id, Cluster source, Pod pod, Port port) {
        Map<String, Object> labels = Tree.of(
                "app", pod.app(),
                "security.istio.io/tlsMode", pod.hasProxy() ? "istio" : null,
                "service.istio.io/canonical-name", pod.app(),
                "topology.istio.io/cluster", id,
                "topology.istio.io/network", source.network(),
                "topology.kubernetes.io/region", pod.node().region(),
                "topology.kubernetes.io/zone", pod.node().zone());
        return Tree.of(
                "Labels",
                labels,
                address(),
                addressValue(pod.ip()),
                "ServicePortName",
                port.name(),
                "LegacyClusterPortKey",
                0,
                "ServiceAccount",
                account(source, pod),
                "Network",
                source.network(),
                "Locality",
                Tree.of("Label", pod.node().locality(), "ClusterID", id),
                "EndpointPort",
                port.target(),
                "LbWeight",
                0,
                "TLSMode",
                pod.hasProxy() ? "istio" : "disabled",
                "Namespace",
                pod.namespace(),
                "WorkloadName",
                pod.workload(),
                "HostName",
                "",
                "SubDomain",
                "",
                "HealthStatus",
                istiod.cluster().minor() >= 18 ? 1 : 0,
                "SendUnhealthyEndpoints",
                istiod.cluster().minor() >= 25 ? false : null,
                "NodeName",
                pod.node().name());
    }

    private Map<String, Object> apiServer(String id, Cluster source, Port port) {
        return Tree.of(
                "Labels",
                Tree.of("topology.istio.io/cluster", id),
                address(),
                addressValue("192.168." + source.index() + ".2"),
                "ServicePortName",
                port.name(),
                "ServiceAccount",
                "",
                "Network",
                source.network(),
                "Locality",
                Tree.of("Label", "", "ClusterID", id),
                "EndpointPort",
                port.target(),
                "LbWeight",
                0,
                "TLSMode",
                "disabled",
                "Namespace",
                "default",
                "WorkloadName",
                "",
                "HealthStatus",
                istiod.cluster().minor() >= 18 ? 1 : 0,
                "NodeName",
                "");
    }

    private String address() {
        return istiod.cluster().minor() >= 24 ? "Addresses" : "Address";
    }

    private Object addressValue(String ip) {
        return istiod.cluster().minor() >= 24 ? List.of(ip) : ip;
    }
}
