package io.meshdiag.sink.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.schema.Printable;
import io.meshdiag.sink.store.StoreResponse;
import java.util.Set;

/**
 * What the store said about one write or one request, and what that means. The README has the same as a table.
 *
 * @param reason short and of a closed kind, for metrics and logs: the store's error type, or the status
 * @param detail for the dead letter: the store's words without contents of the document
 */
record Answer(Verdict verdict, String reason, String detail) {
    static final Answer DONE = new Answer(Verdict.DONE, "", "");

    /** Refusals with status 400 that are about the index, not about the document: a person can mend them. */
    private static final Set<String> ABOUT_THE_INDEX = Set.of(
            "index_closed_exception",
            "invalid_index_name_exception",
            "invalid_alias_name_exception",
            "validation_exception",
            "security_exception");

    private static final int MAX_DETAIL = 1_000;

    /** One element of {@code items}: an object with the action's name as only field. */
    static Answer ofItem(JsonNode item) {
        JsonNode result = item.isObject() && item.size() == 1 ? item.elements().next() : item;
        int status = result.path("status").asInt();
        JsonNode error = result.path("error");
        String type = error.path("type").asText("");
        if (status >= 200 && status < 300) {
            return DONE;
        }
        String reason = type.isEmpty() ? "status_" + status : type;
        return new Answer(item(status, type, error.path("reason").asText("")), reason, detail(status, error));
    }

    private static Verdict item(int status, String type, String why) {
        if (type.equals("cluster_block_exception") || type.equals("es_rejected_execution_exception")) {
            // Read-only, disk full: ends when somebody makes room, and the document is fine.
            return Verdict.RETRY;
        }
        return switch (status) {
            // Only versions and existing ids conflict here, so the store has it already.
            case 409 -> Verdict.DONE;
            // A delete that finds nothing has no error; a missing index has.
            case 404 -> type.isEmpty() ? Verdict.DONE : Verdict.BLOCKED;
            case 400 -> aboutTheIndex(type, why) ? Verdict.BLOCKED : Verdict.REFUSED;
            case 413 -> Verdict.REFUSED;
            case 429 -> Verdict.RETRY;
            default -> status >= 500 ? Verdict.RETRY : Verdict.BLOCKED;
        };
    }

    private static boolean aboutTheIndex(String type, String why) {
        return ABOUT_THE_INDEX.contains(type) || (type.equals("illegal_argument_exception") && why.contains("alias"));
    }

    /** An answer to a whole request that has no items to look at. */
    static Answer ofRequest(StoreResponse response) {
        int status = response.status();
        JsonNode error = response.json().path("error");
        String type = response.errorType();
        String reason = type.isEmpty() ? "status_" + status : type;
        return new Answer(request(status, type), reason, detail(status, error));
    }

    private static Verdict request(int status, String type) {
        if (type.equals("cluster_block_exception")) {
            return Verdict.RETRY;
        }
        return switch (status) {
            case 413 -> Verdict.SPLIT;
            // Without the store's own words it was a proxy that answered, and the documents may be fine.
            case 400 -> type.isEmpty() ? Verdict.RETRY : Verdict.SPLIT;
            case 408, 429 -> Verdict.RETRY;
            default -> status >= 300 && status < 500 ? Verdict.BLOCKED : Verdict.RETRY;
        };
    }

    private static String detail(int status, JsonNode error) {
        String why = error.isTextual() ? "" : error.path("reason").asText("");
        return Printable.shorten(
                "status " + status + " " + error.path("type").asText("") + ": " + withoutContents(why), MAX_DETAIL);
    }

    /** Stores quote the value that they could not parse; names of fields and types stay. */
    static String withoutContents(String reason) {
        String cut = reason.replaceFirst("(?s)\\s*Preview of field's value.*", "");
        return cut.replaceAll("(?s)\"[^\"]*\"", "\"…\"")
                .replaceAll("(?s)'[^']*'", "'…'")
                .replaceAll("(?s)(date field|value|input) \\[.*?]", "$1 […]");
    }
}
