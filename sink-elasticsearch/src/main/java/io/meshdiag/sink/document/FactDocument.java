package io.meshdiag.sink.document;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** The latest state of a fact worth charting: flat, and what a chart filters by is a keyword. */
public record FactDocument(ObjectNode json) {
    private static final int LONGEST_ID = 512;

    /** {@code _id} of a fact's document: its key, or the key's hash where it is longer than stores allow (512 bytes). */
    public static String id(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_ID) {
            return key;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Empty for kinds of facts that are not charted. */
    public static Optional<FactDocument> of(SpecificRecord fact) {
        if (fact instanceof ProxyStatus status) {
            return Optional.of(proxyStatus(status));
        }
        if (fact instanceof Heartbeat heartbeat) {
            return Optional.of(heartbeat(heartbeat));
        }
        if (fact instanceof CniEvent event) {
            return Optional.of(cniEvent(event));
        }
        if (fact instanceof WebhookError error) {
            return Optional.of(webhookError(error));
        }
        return Optional.empty();
    }

    private static FactDocument proxyStatus(ProxyStatus status) {
        ObjectNode document = header(status.getHeader(), "proxy-status");
        ObjectNode proxy = document.withObject("/meshdiag")
                .putObject("proxy")
                .put("namespace", status.getNamespace())
                .put("name", status.getName())
                .put("istiod", status.getIstiod());
        putText(proxy, "type", status.getProxyType());
        putText(proxy, "cluster", status.getProxyClusterId());
        putText(proxy, "version", status.getIstioVersion());
        putText(proxy, "network", status.getNetwork());
        ArrayNode trouble = proxy.putArray("not_synced");
        for (XdsStatus xds : status.getXds()) {
            if (xds.getState() != XdsSyncState.SYNCED
                    && xds.getState() != XdsSyncState.IGNORED
                    && xds.getState() != XdsSyncState.NOT_SENT) {
                trouble.add(xds.getType() + ":" + word(xds.getState()));
            }
        }
        proxy.put("synced", trouble.isEmpty());
        return new FactDocument(document);
    }

    private static FactDocument heartbeat(Heartbeat heartbeat) {
        ObjectNode document = header(heartbeat.getHeader(), "heartbeats");
        ObjectNode collector = document.withObject("/meshdiag")
                .putObject("collector")
                .put("name", heartbeat.getCollector())
                .put("version", heartbeat.getVersion())
                .put("mode", word(heartbeat.getMode()))
                .put("interval_seconds", heartbeat.getIntervalSeconds());
        int ok = 0;
        ArrayNode trouble = collector.putArray("not_ok");
        for (SourceCoverage source : heartbeat.getSources()) {
            if (source.getState() == SourceState.OK) {
                ok++;
            } else {
                trouble.add(source.getSource() + ":" + word(source.getState()));
            }
        }
        collector.put("sources_ok", ok).put("sources", heartbeat.getSources().size());
        return new FactDocument(document);
    }

    private static FactDocument cniEvent(CniEvent event) {
        ObjectNode document = header(event.getHeader(), "cni-events");
        document.put("message", event.getMessage());
        document.withObject("/meshdiag")
                .putObject("cni")
                .put("kind", word(event.getKind()))
                .put("node", event.getNode())
                .put("pod", event.getPod())
                .put("signature", event.getSignature());
        counted(document, event.getCount(), event.getFirstAt(), event.getLastAt());
        return new FactDocument(document);
    }

    private static FactDocument webhookError(WebhookError error) {
        ObjectNode document = header(error.getHeader(), "webhook-errors");
        document.put("message", error.getMessage());
        ObjectNode webhook = document.withObject("/meshdiag")
                .putObject("webhook")
                .put("name", error.getWebhook())
                .put("error_class", word(error.getErrorClass()))
                .put("operation", error.getOperation())
                .put("object_kind", error.getObjectKind())
                .put("object_namespace", error.getObjectNamespace())
                .put("object_name", error.getObjectName());
        putText(webhook, "service_namespace", error.getServiceNamespace());
        putText(webhook, "service_name", error.getServiceName());
        counted(document, error.getCount(), error.getFirstAt(), error.getLastAt());
        return new FactDocument(document);
    }

    private static ObjectNode header(FactHeader header, String topic) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("@timestamp", header.getObservedAt().toString());
        document.putObject("event")
                .put("kind", "state")
                .put("module", "meshdiag")
                .put("dataset", "meshdiag." + topic);
        ObjectNode cluster =
                document.putObject("orchestrator").put("type", "kubernetes").putObject("cluster");
        cluster.put("name", header.getClusterId()).put("id", header.getClusterUid());
        document.putObject("observer").put("name", header.getObserver());
        document.putObject("meshdiag").put("mesh", header.getMeshId()).put("source", header.getSource());
        return document;
    }

    private static void counted(ObjectNode document, long count, Instant first, Instant last) {
        document.withObject("/meshdiag").put("count", count);
        document.withObject("/event").put("start", first.toString()).put("end", last.toString());
    }

    private static void putText(ObjectNode node, String field, String text) {
        if (text != null) {
            node.put(field, text);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
