package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.AddressSet;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RegistryCluster;
import io.meshdiag.fact.ServiceRegistry;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code /debug/registryz}: an array of all services that this istiod knows → ServiceRegistry. A Kubernetes Service exists in the clusters that
 * {@code clusterVIPs} names. Only sums are kept while services stream past: the largest meshes have tens of thousands.
 */
public final class RegistryzPage implements PageParser {
    private static final int MAX_CLUSTERS = 500;
    private static final int MAX_REGISTRIES = 20;
    private static final int MAX_NAME = 500;

    /** The registry of ServiceEntries: what those have for addresses is no Service of a cluster. */
    private static final String EXTERNAL = "External";

    private final IstiodPod istiod;

    public RegistryzPage(IstiodPod istiod) {
        this.istiod = istiod;
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        Sums sums = new Sums();
        JsonPage.read(page, root -> {
            if (root.isObject()) {
                throw new UnreadablePageException("registryz must be an array of services");
            }
            root.elements(() -> sums.add(service(root)));
        });
        facts.accept(sums.fact(origin, istiod));
    }

    private static Service service(JsonCursor json) throws IOException, UnreadablePageException {
        Service service = new Service();
        json.fields(key -> {
            switch (key) {
                case "hostname" -> service.hostname = json.textOrEmpty();
                case "attributes" ->
                    json.fields(attribute -> {
                        if (attribute.equals("serviceregistry")) {
                            service.registry = json.textOrEmpty();
                        }
                    });
                case "clustervips" ->
                    json.fields(addresses -> {
                        if (addresses.equals("addresses")) {
                            json.entries(id -> service.clusters.add(Printable.shorten(id, MAX_NAME)));
                        }
                    });
                default -> {}
            }
        });
        return service;
    }

    /** One element of the page. */
    private static final class Service {
        String hostname = "";
        String registry = "";
        final List<String> clusters = new ArrayList<>();
    }

    /** What all services come to. */
    private static final class Sums {
        private int services;
        private final Map<String, Long> registries = new TreeMap<>();
        private final Map<String, RegistryCluster> clusters = new TreeMap<>();

        void add(Service service) {
            if (service.hostname.isEmpty()) {
                return;
            }
            services++;
            registries.merge(service.registry, 1L, Long::sum);
            if (service.registry.equals(EXTERNAL)) {
                return;
            }
            long digest = AddressSet.hash(service.hostname);
            service.clusters.forEach(id -> {
                RegistryCluster cluster = clusters.computeIfAbsent(id, any -> new RegistryCluster(id, 0, 0L));
                cluster.setServices(cluster.getServices() + 1);
                cluster.setHostDigest(cluster.getHostDigest() + digest);
            });
        }

        ServiceRegistry fact(Origin origin, IstiodPod istiod) {
            return Digests.stamp(ServiceRegistry.newBuilder()
                    .setHeader(origin.header())
                    .setNamespace(istiod.namespace())
                    .setIstiod(istiod.name())
                    .setServices(services)
                    .setRegistries(registries.entrySet().stream()
                            .limit(MAX_REGISTRIES)
                            .map(e -> new NamedCount(e.getKey(), e.getValue()))
                            .toList())
                    .setClusters(clusters.values().stream().limit(MAX_CLUSTERS).toList())
                    .setClustersCount(clusters.size())
                    .build());
        }
    }
}
