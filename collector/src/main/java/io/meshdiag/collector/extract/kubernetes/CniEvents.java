package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.schema.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/** CniEvent: kubelet's FailedCreatePodSandBox that names istio-cni, and the events of Istio's CNI repair controller (1.19 and later). */
final class CniEvents {
    private static final Pattern ISTIO_CNI = Pattern.compile("istio-cni|istio_cni|install-cni");
    /** Sandbox ids, IP addresses with ports, UUIDs, then numbers: what differs between two equal faults. */
    private static final Pattern VARYING = Pattern.compile("\\(combined from similar events\\):\\s*"
            + "|\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b"
            + "|\\b[0-9a-f]{12,64}\\b"
            + "|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d+)?\\b"
            + "|\\d+");

    private CniEvents() {}

    /** The fact of an event; empty when it is about something else. Not yet stamped: equal subjects are summed up first. */
    static Optional<CniEvent> of(Event event, Origin origin) {
        CniEventKind kind = kind(event);
        if (kind == CniEventKind.UNKNOWN) {
            return Optional.empty();
        }
        String message = Redactor.clean(event.message(), 1000);
        return Optional.of(CniEvent.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:Event").header())
                .setKind(kind)
                .setNode(event.node())
                .setPod(event.namespace() + "/" + event.objectName())
                .setSignature(Printable.shorten(
                        VARYING.matcher(message).replaceAll("").replaceAll("\\s+", " "), 300))
                .setMessage(message)
                .setCount(event.count())
                .setFirstAt(event.first())
                .setLastAt(event.last())
                .build());
    }

    private static CniEventKind kind(Event event) {
        boolean failed = event.message().contains("failed to");
        return switch (event.reason()) {
            case "FailedCreatePodSandBox" ->
                ISTIO_CNI.matcher(event.message()).find() ? CniEventKind.SANDBOX_FAILED : CniEventKind.UNKNOWN;
            case "DeleteBrokenPod" -> failed ? CniEventKind.REPAIR_FAILED : CniEventKind.REPAIR_DELETED;
            case "LabelBrokenPod" -> failed ? CniEventKind.REPAIR_FAILED : CniEventKind.REPAIR_LABELED;
            default -> CniEventKind.UNKNOWN;
        };
    }
}
