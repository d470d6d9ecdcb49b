package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.extract.text.MetricLine;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** istiod's {@code /metrics} (Prometheus text, read line by line) → IstiodInstance. */
public final class IstiodMetricsPage implements PageParser {
    private static final int MAX_NAMES = 500;

    private final IstiodPod istiod;

    public IstiodMetricsPage(IstiodPod istiod) {
        this.istiod = istiod;
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        Reading reading = new Reading(origin.observedAt());
        Lines lines = new Lines(page);
        int samples = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            Optional<MetricLine> metric = MetricLine.parse(line);
            if (metric.isPresent()) {
                samples++;
                reading.take(metric.get());
            }
        }
        if (samples == 0) {
            throw new UnreadablePageException(
                    "no metric in the page; METRICS_LOCALHOST_ACCESS_ONLY=true answers 403 to callers outside the pod");
        }
        facts.accept(reading.fact(origin, istiod));
    }

    /** Sums while the page streams past. */
    private static final class Reading {
        private final Instant readAt;
        private Long uptimeSeconds;
        private Long heapBytes;
        private Long goroutines;
        private final IstiodInstance.Builder fact = IstiodInstance.newBuilder();
        private final Map<String, Long> rejects = new TreeMap<>();
        private final Map<String, Long> syncErrors = new TreeMap<>();
        private final Map<String, Long> syncTimeouts = new TreeMap<>();
        private final Map<String, Long> syncStatus = new TreeMap<>();
        private final Map<String, Long> patchFailures = new TreeMap<>();

        Reading(Instant readAt) {
            this.readAt = readAt;
        }

        void take(MetricLine metric) {
            long value = Math.round(metric.value());
            switch (metric.name()) {
                case "pilot_xds" -> fact.setConnectedProxies(plus(fact.getConnectedProxies(), value));
                case "pilot_services" -> fact.setServices(value);
                case "pilot_total_xds_rejects" -> add(rejects, metric.label("type"), value);
                case "controller_sync_errors_total" -> add(syncErrors, metric.label("cluster"), value);
                case "remote_cluster_sync_timeouts_total" -> add(syncTimeouts, metric.label("cluster"), value);
                case "istiod_remote_cluster_sync_status" -> {
                    if (value == 1) {
                        add(syncStatus, metric.label("cluster") + "/" + metric.label("status"), 1);
                    }
                }
                case "webhook_patch_failures_total" ->
                    add(patchFailures, metric.label("name") + "/" + metric.label("reason"), value);
                case "sidecar_injection_failure_total" ->
                    fact.setInjectionFailures(plus(fact.getInjectionFailures(), value));
                case "citadel_server_authentication_failure_count" ->
                    fact.setCsrAuthenticationFailures(plus(fact.getCsrAuthenticationFailures(), value));
                case "auto_registration_success_total" ->
                    fact.setAutoRegistrations(plus(fact.getAutoRegistrations(), value));
                case "auto_registration_errors_total" ->
                    fact.setAutoRegistrationErrors(plus(fact.getAutoRegistrationErrors(), value));
                case "auto_registration_deletes_total" ->
                    fact.setAutoRegistrationDeletes(plus(fact.getAutoRegistrationDeletes(), value));
                case "istiod_uptime_seconds" -> uptimeSeconds = value;
                case "go_memstats_heap_inuse_bytes" -> heapBytes = value;
                case "go_goroutines" -> goroutines = value;
                case "process_start_time_seconds" -> fact.setStartedAt(Instant.ofEpochSecond(value));
                case "remote_cluster_secret_events_total" -> fact.setSecretEvents(plus(fact.getSecretEvents(), value));
                // The time itself is newer and exact; the distance in seconds counts from when the page was read.
                case "citadel_server_root_cert_expiry_timestamp" ->
                    fact.setRootCertNotAfter(Instant.ofEpochSecond(value));
                case "citadel_server_cert_chain_expiry_timestamp" ->
                    fact.setCertChainNotAfter(Instant.ofEpochSecond(value));
                case "citadel_server_root_cert_expiry_seconds" -> {
                    if (fact.getRootCertNotAfter() == null) {
                        fact.setRootCertNotAfter(readAt.plusSeconds(value));
                    }
                }
                case "citadel_server_cert_chain_expiry_seconds" -> {
                    if (fact.getCertChainNotAfter() == null) {
                        fact.setCertChainNotAfter(readAt.plusSeconds(value));
                    }
                }
                case "istio_build" -> {
                    if (metric.label("component").equals("pilot")) {
                        fact.setVersion(Printable.shorten(metric.label("tag"), 100));
                    }
                }
                case "pilot_info" -> {
                    if (fact.getVersion() == null) {
                        fact.setVersion(Printable.shorten(metric.label("version"), 100));
                    }
                }
                default -> {}
            }
        }

        IstiodInstance fact(Origin origin, IstiodPod istiod) {
            IstiodInstance instance = Digests.stamp(fact.setHeader(origin.header())
                    .setNamespace(istiod.namespace())
                    .setName(istiod.name())
                    .setXdsRejects(counts(rejects))
                    .setSyncErrorsByCluster(counts(syncErrors))
                    .setSyncTimeoutsByCluster(counts(syncTimeouts))
                    .setRemoteSyncStatus(counts(syncStatus))
                    .setWebhookPatchFailures(counts(patchFailures))
                    .build());
            // After the hash: a replica that only grew older, or breathes, is no news.
            instance.setUptimeSeconds(uptimeSeconds);
            instance.setHeapBytes(heapBytes);
            instance.setGoroutines(goroutines);
            return instance;
        }

        private static void add(Map<String, Long> sums, String name, long value) {
            if (sums.size() < MAX_NAMES || sums.containsKey(name)) {
                sums.merge(Printable.clean(name), value, Long::sum);
            }
        }

        private static Long plus(Long sum, long value) {
            return sum == null ? value : sum + value;
        }

        private static List<NamedCount> counts(Map<String, Long> sums) {
            return sums.entrySet().stream()
                    .map(e -> new NamedCount(e.getKey(), e.getValue()))
                    .toList();
        }
    }
}
