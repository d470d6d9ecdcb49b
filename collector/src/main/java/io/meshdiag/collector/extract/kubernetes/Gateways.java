package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.schema.Digests;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gateway: Services labelled topology.istio.io/network, the only way in which istiod recognises a network's gateway. Its pods are counted
 * through the Service's EndpointSlices.
 */
final class Gateways implements Assembler {
    @Override
    public void assemble(Inventory cluster, Origin origin, FactSink facts) {
        Origin seen = origin.seenBy(origin.observer(), "kubernetes:Service");
        for (Service service : cluster.services()) {
            if (service.network() == null) {
                continue;
            }
            Endpoints found = cluster.endpoints(service.key());
            Endpoints endpoints = found == null ? new Endpoints() : found;
            facts.accept(Digests.stamp(Gateway.newBuilder()
                    .setHeader(seen.header())
                    .setNamespace(service.namespace())
                    .setName(service.name())
                    .setNetwork(service.network())
                    .setServiceType(service.type())
                    .setAddresses(addresses(service, cluster))
                    .setPorts(service.ports().stream().map(p -> p.getPort()).toList())
                    .setReadyPods(endpoints.ready())
                    .setPods(endpoints.ready() + endpoints.notReady())
                    .build()));
        }
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
