package io.meshdiag.schema;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Every topic once: name, cleanup and retention. Names are without the deployment's prefix; {@link #named} adds it. */
public final class Topics {
    /** Prefix of all topics unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "meshdiag.";

    public static final String PROXY_STATUS = "proxy-status";
    public static final String CONFIG_SNAPSHOTS = "config-snapshots";
    public static final String CNI_EVENTS = "cni-events";
    public static final String WEBHOOK_ERRORS = "webhook-errors";
    public static final String VM_HEALTH = "vm-health";
    public static final String HEARTBEATS = "heartbeats";
    public static final String FINDINGS = "findings";
    public static final String FINDING_TRANSITIONS = "finding-transitions";
    public static final String DEAD_LETTERS = "dead-letters";

    /** Topics with facts; all have the same number of partitions, because a cluster's facts are read together. */
    public static final List<String> FACTS =
            List.of(PROXY_STATUS, CONFIG_SNAPSHOTS, CNI_EVENTS, WEBHOOK_ERRORS, VM_HEALTH, HEARTBEATS);

    /** How a topic forgets. */
    public enum Cleanup {
        COMPACT,
        DELETE,
        COMPACT_AND_DELETE;

        /** Value of Kafka's cleanup.policy. */
        public String policy() {
            return switch (this) {
                case COMPACT -> "compact";
                case DELETE -> "delete";
                case COMPACT_AND_DELETE -> "compact,delete";
            };
        }
    }

    /**
     * A topic as it is to be created.
     *
     * @param name without prefix
     * @param retention how long records are kept; ignored for {@link Cleanup#COMPACT}
     */
    public record Spec(String name, Cleanup cleanup, Duration retention) {
        /** Kafka's topic configuration. */
        public Map<String, String> config() {
            return cleanup == Cleanup.COMPACT
                    ? Map.of("cleanup.policy", cleanup.policy())
                    : Map.of("cleanup.policy", cleanup.policy(), "retention.ms", Long.toString(retention.toMillis()));
        }
    }

    /** All topics that the pipeline reads or writes, apart from Kafka Streams' own. */
    public static final List<Spec> ALL = List.of(
            new Spec(PROXY_STATUS, Cleanup.COMPACT, Duration.ZERO),
            new Spec(CONFIG_SNAPSHOTS, Cleanup.COMPACT, Duration.ZERO),
            new Spec(CNI_EVENTS, Cleanup.DELETE, Duration.ofDays(7)),
            new Spec(WEBHOOK_ERRORS, Cleanup.DELETE, Duration.ofDays(7)),
            new Spec(VM_HEALTH, Cleanup.COMPACT, Duration.ZERO),
            new Spec(HEARTBEATS, Cleanup.COMPACT_AND_DELETE, Duration.ofDays(7)),
            new Spec(FINDINGS, Cleanup.COMPACT, Duration.ZERO),
            new Spec(FINDING_TRANSITIONS, Cleanup.DELETE, Duration.ofDays(90)),
            new Spec(DEAD_LETTERS, Cleanup.DELETE, Duration.ofDays(14)));

    private final String prefix;

    private Topics(String prefix) {
        this.prefix = prefix;
    }

    /** Topic names with this prefix. */
    public static Topics named(String prefix) {
        return new Topics(prefix);
    }

    /** Full name of a topic. */
    public String name(String topic) {
        return prefix + topic;
    }

    /** The topic's name without the prefix; the name itself when it does not carry the prefix. */
    public String withoutPrefix(String fullName) {
        return fullName.startsWith(prefix) ? fullName.substring(prefix.length()) : fullName;
    }
}
