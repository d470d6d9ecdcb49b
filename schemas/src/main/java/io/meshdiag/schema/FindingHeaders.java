package io.meshdiag.schema;

import io.meshdiag.finding.Finding;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;

/**
 * Kafka record headers of the findings topics, so that a subscriber filters without decoding. Values are UTF-8: the rule's id and the mesh
 * as they are, the rest as lower-case words ("critical", "active", "root", "false").
 */
public final class FindingHeaders {
    public static final String RULE = "rule";
    public static final String SEVERITY = "severity";
    public static final String STATE = "state";
    public static final String MESH = "mesh";
    public static final String RELATION = "relation";
    public static final String SUPPRESSED = "suppressed";

    private FindingHeaders() {}

    /** Sets the six headers; replaces those that are there. */
    public static void write(Finding finding, Headers headers) {
        set(headers, RULE, finding.getRule().getId());
        set(headers, SEVERITY, word(finding.getSeverity()));
        set(headers, STATE, word(finding.getState()));
        set(headers, MESH, finding.getScope().getMesh());
        set(headers, RELATION, word(finding.getRootCause().getRelation()));
        set(headers, SUPPRESSED, Boolean.toString(finding.getSuppression().getActive()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void set(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
