package io.meshdiag.collector.vm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.vm.AgentConfig;
import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.extract.vm.VmSettings;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code capture.json}: of which machine a capture is, of when, and what could not be read.
 *
 * @param hostName of the machine
 * @param machineUid see {@link MachineIdentity#machineUid}: the machine-id itself is in no capture
 * @param bootedAt null when not known
 * @param addresses of its interfaces
 * @param capturedAt when the capture was made
 * @param unread pages that could not be read, or only in part
 */
record CaptureLabel(
        String hostName,
        String machineUid,
        Instant bootedAt,
        List<String> addresses,
        Instant capturedAt,
        List<Unread> unread) {
    static final String FILE = "capture.json";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_TEXT = 500;
    private static final int MAX_LIST = 200;

    /**
     * A page that could not be read.
     *
     * @param file see {@link Page#file}
     */
    record Unread(String source, String file, SourceState state, String detail) {}

    /** Who the machine is in the mesh. */
    MachineIdentity identity(VmSettings settings, AgentConfig config) {
        MachineIdentity named = MachineIdentity.of(settings, config, hostName, "");
        return new MachineIdentity(named.hostName(), named.namespace(), named.clusterId(), named.meshId(), machineUid);
    }

    byte[] written() {
        ObjectNode root = JSON.createObjectNode();
        root.put("hostName", hostName);
        root.put("machineUid", machineUid);
        root.put("bootedAt", bootedAt == null ? null : bootedAt.toString());
        root.put("capturedAt", capturedAt.toString());
        ArrayNode own = root.putArray("addresses");
        addresses.forEach(own::add);
        ArrayNode failures = root.putArray("unread");
        for (Unread one : unread) {
            failures.addObject()
                    .put("source", one.source())
                    .put("file", one.file())
                    .put("state", one.state().name())
                    .put("detail", one.detail());
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts is always JSON", e);
        }
    }

    /** @throws UnreadablePageException saying what is missing */
    static CaptureLabel read(InputStream page) throws IOException, UnreadablePageException {
        JsonNode root;
        try {
            root = JSON.readTree(page.readNBytes(MAX_BYTES));
        } catch (JsonProcessingException e) {
            throw new UnreadablePageException(FILE + " is not well-formed JSON");
        }
        Instant capturedAt = time(root, "capturedAt");
        String uid = text(root, "machineUid");
        if (capturedAt == null
                || !uid.matches("[0-9a-f]{8,64}")
                || text(root, "hostName").isEmpty()) {
            throw new UnreadablePageException(
                    FILE + " does not say hostName, machineUid (hex digits) and capturedAt (RFC 3339)");
        }
        List<String> addresses = new ArrayList<>();
        root.path("addresses").forEach(address -> {
            if (addresses.size() < MAX_LIST) {
                addresses.add(Printable.shorten(address.asText(), MAX_TEXT));
            }
        });
        List<Unread> unread = new ArrayList<>();
        for (JsonNode one : root.path("unread")) {
            if (unread.size() < MAX_LIST) {
                unread.add(new Unread(text(one, "source"), text(one, "file"), state(one), text(one, "detail")));
            }
        }
        return new CaptureLabel(
                text(root, "hostName"), uid, time(root, "bootedAt"), addresses, capturedAt, List.copyOf(unread));
    }

    private static String text(JsonNode node, String name) {
        return Printable.shorten(node.path(name).asText(""), MAX_TEXT);
    }

    private static Instant time(JsonNode node, String name) {
        return JsonCursor.time(node.path(name).asText(null));
    }

    private static SourceState state(JsonNode node) {
        for (SourceState state : SourceState.values()) {
            if (state.name().equals(text(node, "state"))) {
                return state;
            }
        }
        return SourceState.UNKNOWN;
    }
}
