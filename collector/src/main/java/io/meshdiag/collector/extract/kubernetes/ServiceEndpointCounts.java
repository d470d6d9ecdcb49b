package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.NetworkCount;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.ServicePortInfo;
import io.meshdiag.schema.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** ServiceEndpoints: Services with the endpoints of their EndpointSlices and the pods behind these. */
final class ServiceEndpointCounts implements Assembler {
    @Override
    public void assemble(Inventory cluster, Origin origin, FactSink facts) {
        Origin seen = origin.seenBy(origin.observer(), "kubernetes:Service");
        boolean podsSeen = !cluster.pods().isEmpty();
        String clusterNetwork = cluster.network() == null ? "" : cluster.network();
        for (Service service : cluster.services()) {
            Endpoints found = cluster.endpoints(service.key());
            Endpoints endpoints = found == null ? new Endpoints() : found;
            int withProxy = 0;
            Map<String, Integer> networks = new TreeMap<>();
            for (Map.Entry<String, Boolean> target : endpoints.targets().entrySet()) {
                if (target.getValue()) {
                    Pod pod = cluster.pod(target.getKey());
                    withProxy += pod != null && pod.hasProxy() ? 1 : 0;
                    networks.merge(
                            pod != null && pod.network() != null ? pod.network() : clusterNetwork, 1, Integer::sum);
                }
            }
            facts.accept(Digests.stamp(ServiceEndpoints.newBuilder()
                    .setHeader(seen.header())
                    .setNamespace(service.namespace())
                    .setName(service.name())
                    .setType(service.type())
                    .setHeadless(service.headless())
                    .setPorts(service.ports())
                    .setSpecHash(specHash(service))
                    .setReady(endpoints.ready())
                    .setNotReady(endpoints.notReady())
                    .setReadyWithProxy(podsSeen ? withProxy : null)
                    .setByNetwork(counts(networks))
                    .setExportTo(service.exportTo())
                    .setGlobal(service.global())
                    .setHasSelector(service.selector() || found != null)
                    .build()));
        }
    }

    private static List<NetworkCount> counts(Map<String, Integer> networks) {
        return networks.entrySet().stream()
                .map(e -> NetworkCount.newBuilder()
                        .setNetwork(e.getKey())
                        .setReady(e.getValue())
                        .build())
                .toList();
    }

    /** Over what istiod merges between clusters: type, headless, and ports without their targets. */
    private static String specHash(Service service) {
        StringBuilder text = new StringBuilder(service.type()).append('|').append(service.headless());
        for (ServicePortInfo port : service.ports()) {
            text.append('|')
                    .append(port.getPort())
                    .append('/')
                    .append(port.getProtocol())
                    .append('/')
                    .append(port.getName())
                    .append('/')
                    .append(port.getAppProtocol());
        }
        return Digests.sha256Hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
