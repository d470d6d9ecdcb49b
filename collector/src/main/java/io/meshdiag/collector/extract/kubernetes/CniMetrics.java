package io.meshdiag.collector.extract.kubernetes;

import java.util.Optional;
import java.util.SortedMap;

/** What the metrics of istio-cni-node pods said when they were last read. */
@FunctionalInterface
public interface CniMetrics {
    /** Where no metrics are read. */
    CniMetrics NONE = agent -> Optional.empty();

    /** Empty for an agent whose metrics were not read yet. */
    Optional<Values> of(Pod agent);

    /**
     * Metrics of one agent.
     *
     * @param installReady istio_cni_install_ready; null in versions without it
     * @param repairs istio_cni_repair_pods_repaired_total by {@code type/result}
     */
    record Values(Boolean installReady, SortedMap<String, Long> repairs) {}
}
