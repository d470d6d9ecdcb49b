package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Gateway: Services labelled topology.istio.io/network, the only way in which istiod recognises a network's gateway. Its pods are counted
 * through the Service's EndpointSlices.
 */
final class Gateways implements Assembler {
    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return cluster.gateways().map(gateway -> Subject.of(FactKind.GATEWAY, gateway.key()));
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        Service service = cluster.service(subject.objectKey());
        if (service == null || service.network() == null) {
            return Optional.empty();
        }
        Endpoints found = cluster.endpoints(service.key());
        Endpoints endpoints = found == null ? Endpoints.NONE : found;
        return Optional.of(Digests.stamp(Gateway.newBuilder()
                .setHeader(
                        origin.seenBy(origin.observer(), "kubernetes:Service").header())
                .setNamespace(service.namespace())
                .setName(service.name())
                .setNetwork(service.network())
                .setServiceType(service.type())
                .setAddresses(addresses(service, cluster))
                .setPorts(service.ports().stream().map(p -> p.getPort()).toList())
                .setReadyPods(endpoints.ready())
                .setPods(endpoints.targets().size())
                .build()));
    }

    /** NodePort gateways are reached on the nodes' external addresses, and only where the annotation says so. */
    private static List<GatewayAddress> addresses(Service service, Inventory cluster) {
        Stream<String> addresses = service.nodePortGateway() && service.type().equals("NodePort")
                ? cluster.nodes().stream().flatMap(n -> n.externalIps().stream())
                : service.addresses().stream();
        return addresses
                .distinct()
                .sorted()
                .limit(20)
                .map(a -> GatewayAddress.newBuilder()
                        .setAddress(a)
                        .setHostname(!isIp(a))
                        .build())
                .toList();
    }

    private static boolean isIp(String address) {
        return address.indexOf(':') >= 0 || address.matches("[0-9.]+");
    }
}
