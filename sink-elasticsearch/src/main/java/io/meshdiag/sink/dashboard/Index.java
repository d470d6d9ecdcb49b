package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What panels read: an alias of the sink, and what can be filtered in it. */
public enum Index {
    @JsonProperty("findings")
    FINDINGS("findings", false, true),
    @JsonProperty("finding-history")
    HISTORY("finding-history", true, true),
    @JsonProperty("heartbeats")
    HEARTBEATS("heartbeats", false, false),
    @JsonProperty("config-snapshots")
    CONFIG_SNAPSHOTS("config-snapshots", false, false);

    /** Time of a document in every index. */
    public static final String TIME = "@timestamp";

    private final String alias;
    private final boolean timed;
    private final boolean findings;

    Index(String alias, boolean timed, boolean findings) {
        this.alias = alias;
        this.timed = timed;
        this.findings = findings;
    }

    /** Alias without prefix. */
    public String alias() {
        return alias;
    }

    /** False where documents are current whatever their age: a finding that is open since last week belongs to now. */
    public boolean timed() {
        return timed;
    }

    /** What a person narrows a dashboard by. */
    List<Variable> variables() {
        return findings
                ? List.of(Variable.MESH, Variable.CLUSTER, Variable.RULE, Variable.SEVERITY)
                : List.of(Variable.MESH, Variable.CLUSTER);
    }

    /** Name of a variable of the dashboards, and the field that it narrows. */
    enum Variable {
        MESH("mesh", "meshdiag.mesh"),
        CLUSTER("cluster", "orchestrator.cluster.name"),
        RULE("rule", "rule.id"),
        SEVERITY("severity", "meshdiag.severity");

        private final String label;
        private final String field;

        Variable(String label, String field) {
            this.label = label;
            this.field = field;
        }

        String label() {
            return label;
        }

        String field() {
            return field;
        }
    }
}
