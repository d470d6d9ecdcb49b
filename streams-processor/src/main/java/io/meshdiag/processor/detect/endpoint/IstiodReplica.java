package io.meshdiag.processor.detect.endpoint;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.RegistryCluster;
import io.meshdiag.fact.ServiceRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one istiod knows of each cluster: endpoints by its page of shards, services by its page of the registry. Either may not have been read. */
final class IstiodReplica {
    final String name;
    private final SortedMap<String, Integer> endpoints = new TreeMap<>();
    private final Map<String, EndpointShards> services = new TreeMap<>();
    private ServiceRegistry registry;

    IstiodReplica(String name) {
        this.name = name;
    }

    void add(EndpointShards service) {
        services.put(service.getHostname(), service);
        for (EndpointShard shard : service.getShards()) {
            endpoints.merge(shard.getClusterId(), shard.getEndpoints(), Integer::sum);
        }
    }

    void add(ServiceRegistry read) {
        registry = read;
    }

    /** False when it has no endpoint at all, so that the page was not read. */
    boolean hasShards() {
        return !services.isEmpty();
    }

    /** Its page of the registry, as it was read last. */
    Optional<ServiceRegistry> registry() {
        return Optional.ofNullable(registry);
    }

    /** Clusters of which it knows endpoints or services. */
    List<String> sources() {
        SortedMap<String, Boolean> all = new TreeMap<>();
        endpoints.keySet().forEach(id -> all.put(id, true));
        registry().ifPresent(read -> read.getClusters().forEach(cluster -> all.put(cluster.getClusterId(), true)));
        return List.copyOf(all.keySet());
    }

    /** Number of endpoints that it has there. */
    int endpoints(String cluster) {
        return endpoints.getOrDefault(cluster, 0);
    }

    /** Number of services that it knows there; 0 when the registry was not read. */
    int services(String cluster) {
        return registry()
                .map(read -> Registries.of(read, cluster).getServices())
                .orElse(0);
    }

    /** All services of which it has shards. */
    Stream<EndpointShards> shards() {
        return services.values().stream();
    }

    /** Shards of one service, by its full host name. */
    Optional<EndpointShards> shards(String host) {
        return Optional.ofNullable(services.get(host));
    }

    /** What it has of a service there, to be told from what another has. */
    Optional<String> addresses(String host, String source) {
        return shards(host)
                .flatMap(service -> Shards.of(service, source))
                .map(shard -> host + " in " + source + ": " + shard.getAddresses() + " address(es), digest "
                        + Long.toHexString(shard.getAddressDigest()));
    }

    /** How many endpoints it has of these clusters; empty when the page was not read. */
    Optional<String> endpoints(List<String> sources) {
        return hasShards()
                ? Optional.of(sources.stream()
                        .limit(10)
                        .map(source -> source + " " + endpoints(source))
                        .collect(Collectors.joining(", ", "endpoints by cluster: ", "")))
                : Optional.empty();
    }

    /** How many services it knows in these clusters, and which, as a digest; empty when the page was not read. */
    Optional<String> services(List<String> sources) {
        return registry().map(read -> sources.stream()
                .limit(10)
                .map(source -> {
                    RegistryCluster known = Registries.of(read, source);
                    return source + " " + known.getServices()
                            + (known.getServices() == 0
                                    ? ""
                                    : " (digest " + Long.toHexString(known.getHostDigest()) + ")");
                })
                .collect(Collectors.joining(", ", "services by cluster: ", "")));
    }
}
