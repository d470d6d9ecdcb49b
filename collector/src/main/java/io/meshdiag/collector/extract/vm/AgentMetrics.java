package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.extract.text.MetricLine;
import io.meshdiag.fact.AgentCounters;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * pilot-agent's metrics, {@code :15020/metrics} or {@code /stats/prometheus} (Istio: pkg/istio-agent/metrics, security/pkg/nodeagent).
 *
 * @param certificateExpiresAt to the minute; null when it holds none
 */
public record AgentMetrics(AgentCounters counters, Instant certificateExpiresAt) {
    private static final String PREFIX = "istio_agent_";
    private static final String SUFFIX = "_total";
    private static final Pattern WANTED = Pattern.compile("(?:istio_agent_)?(?:cert_expiry_seconds|istiod_connection_|"
            + "envoy_connection_|num_failed_outgoing_requests|num_file_secret_failures|dns_upstream_failures)");

    /**
     * @param readAt when the page was read: it gives expiry as seconds from then
     * @throws UnreadablePageException when there is no metric in it
     */
    public static AgentMetrics parse(InputStream page, Instant readAt) throws IOException, UnreadablePageException {
        AgentCounters counters = new AgentCounters();
        Instant expiry = null;
        Lines lines = new Lines(page);
        boolean any = false;
        for (String line = lines.next(); line != null; line = lines.next()) {
            // The port shows Envoy's metrics and the application's too, of which there are many.
            if (!WANTED.matcher(line).lookingAt()) {
                any = any || MetricLine.parse(line).isPresent();
                continue;
            }
            Optional<MetricLine> sample = MetricLine.parse(line);
            if (sample.isEmpty()) {
                continue;
            }
            any = true;
            MetricLine metric = sample.get();
            String name = name(metric.name());
            if (name.equals("cert_expiry_seconds")
                    && metric.label("resource_name").equals("default")) {
                // To the minute: the seconds are counted anew with every reading, and a jitter of one is no news.
                expiry = readAt.plusSeconds(Math.round(metric.value()) + 30).truncatedTo(ChronoUnit.MINUTES);
            } else {
                count(counters, name, metric);
            }
        }
        if (!any) {
            throw new UnreadablePageException("no metric in the page: it is not the agent that answers on this port");
        }
        return new AgentMetrics(counters, expiry);
    }

    private static void count(AgentCounters counters, String name, MetricLine metric) {
        long value = Math.round(metric.value());
        boolean error = !metric.label("type").equals("cancelled");
        switch (name) {
            case "istiod_connection_failures" ->
                counters.setIstiodConnectionFailures(plus(counters.getIstiodConnectionFailures(), value));
            case "istiod_connection_terminations" ->
                counters.setIstiodConnectionErrors(plus(counters.getIstiodConnectionErrors(), error ? value : 0));
            case "envoy_connection_terminations" ->
                counters.setEnvoyConnectionErrors(plus(counters.getEnvoyConnectionErrors(), error ? value : 0));
            case "num_failed_outgoing_requests" ->
                counters.setFailedCertificateRequests(plus(counters.getFailedCertificateRequests(), value));
            case "num_file_secret_failures" ->
                counters.setFileSecretFailures(plus(counters.getFileSecretFailures(), value));
            case "dns_upstream_failures" ->
                counters.setDnsUpstreamFailures(plus(counters.getDnsUpstreamFailures(), value));
            default -> {}
        }
    }

    private static String name(String written) {
        String name = written.startsWith(PREFIX) ? written.substring(PREFIX.length()) : written;
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static Long plus(Long sum, long value) {
        return sum == null ? value : sum + value;
    }
}
