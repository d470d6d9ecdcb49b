package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.extract.text.MetricLine;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code /metrics} of an istio-cni-node pod, port 15014 (istio/istio: cni/pkg/monitoring, cni/pkg/repair, cni/pkg/install). */
public final class CniMetricsPage {
    private static final int MAX_REPAIRS = 20;
    private static final int MAX_LABEL = 40;

    private CniMetricsPage() {}

    /**
     * Reads the page to its end.
     *
     * @throws UnreadablePageException when it holds no metric at all
     */
    public static CniMetrics.Values parse(InputStream page) throws IOException, UnreadablePageException {
        Lines lines = new Lines(page);
        boolean any = false;
        Boolean installReady = null;
        SortedMap<String, Long> repairs = new TreeMap<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            Optional<MetricLine> sample = MetricLine.parse(line);
            any |= sample.isPresent();
            if (sample.isEmpty()) {
                continue;
            }
            switch (sample.get().name()) {
                case "istio_cni_install_ready" -> installReady = sample.get().value() > 0;
                case "istio_cni_repair_pods_repaired_total" -> {
                    if (repairs.size() < MAX_REPAIRS) {
                        repairs.merge(
                                label(sample.get(), "type") + "/" + label(sample.get(), "result"),
                                (long) sample.get().value(),
                                Long::sum);
                    }
                }
                default -> {}
            }
        }
        if (!any) {
            throw new UnreadablePageException("no metric in it: not the page of an istio-cni-node pod");
        }
        return new CniMetrics.Values(installReady, Collections.unmodifiableSortedMap(repairs));
    }

    private static String label(MetricLine sample, String name) {
        return Printable.shorten(sample.label(name), MAX_LABEL);
    }
}
