package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.NetworkCount;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.ServicePortInfo;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** ServiceEndpoints: Services with the endpoints of their EndpointSlices and the pods behind these. */
final class ServiceEndpointCounts implements Assembler {
    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return cluster.services().stream().map(service -> Subject.of(FactKind.SERVICE_ENDPOINTS, service.key()));
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        Service service = cluster.service(subject.objectKey());
        if (service == null) {
            return Optional.empty();
        }
        Endpoints found = cluster.endpoints(service.key());
        Endpoints endpoints = found == null ? Endpoints.NONE : found;
        String clusterNetwork = cluster.network() == null ? "" : cluster.network();
        int withProxy = 0;
        Map<String, Integer> networks = new TreeMap<>();
        for (Map.Entry<String, Boolean> target : endpoints.targets().entrySet()) {
            if (target.getValue()) {
                Pod pod = cluster.pod(target.getKey());
                withProxy += pod != null && pod.hasProxy() ? 1 : 0;
                networks.merge(pod != null && pod.network() != null ? pod.network() : clusterNetwork, 1, Integer::sum);
            }
        }
        return Optional.of(Digests.stamp(ServiceEndpoints.newBuilder()
                .setHeader(
                        origin.seenBy(origin.observer(), "kubernetes:Service").header())
                .setNamespace(service.namespace())
                .setName(service.name())
                .setType(service.type())
                .setHeadless(service.headless())
                .setPorts(service.ports())
                .setSpecHash(specHash(service))
                .setReady(endpoints.ready())
                .setNotReady(endpoints.notReady())
                .setReadyWithProxy(cluster.pods().isEmpty() ? null : withProxy)
                .setByNetwork(counts(networks))
                .setExportTo(service.exportTo())
                .setGlobal(service.global())
                .setHasSelector(service.selector() || found != null)
                .build()));
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
