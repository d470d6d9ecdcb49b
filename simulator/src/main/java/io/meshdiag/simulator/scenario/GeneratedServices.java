package io.meshdiag.simulator.scenario;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The short form for many alike Services in all clusters.
 *
 * @param replicas pods per Service and cluster
 */
public record GeneratedServices(int count, int namespaces, int replicas) {
    static final GeneratedServices NONE = new GeneratedServices(0, 1, 0);

    static GeneratedServices read(Fields fields) {
        return new GeneratedServices(
                fields.number("count", 10, 1, 100_000),
                fields.number("namespaces", 1, 1, 10_000),
                fields.number("replicas", 2, 1, 10_000));
    }

    List<ServiceSpec> specs() {
        return IntStream.range(0, count)
                .mapToObj(i -> new ServiceSpec(
                        "team-" + (i % namespaces + 1),
                        "service-" + (i + 1),
                        List.of(8080),
                        List.of(),
                        replicas,
                        false,
                        true))
                .toList();
    }
}
