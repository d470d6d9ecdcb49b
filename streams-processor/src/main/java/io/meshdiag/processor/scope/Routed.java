package io.meshdiag.processor.scope;

import java.util.Collections;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * A row on its way out of the cluster scope; its key travels as the record's key.
 *
 * @param value null when the row is gone
 */
public record Routed(To to, SpecificRecord value) {
    /** Where rows go. CLUSTER and CLUSTER_UNCHANGED stay in the task. */
    public enum To {
        CLUSTER,
        CLUSTER_UNCHANGED,
        SERVICE,
        MESH,
        INCIDENT
    }

    /** Itself, when it is for the cluster scope's rules. */
    public List<Routed> forCluster() {
        return to == To.CLUSTER || to == To.CLUSTER_UNCHANGED ? List.of(this) : List.of();
    }

    /** The row, when it is for a service scope. */
    public List<SpecificRecord> forService() {
        return only(To.SERVICE);
    }

    /** The row, when it is for a mesh scope. */
    public List<SpecificRecord> forMesh() {
        return only(To.MESH);
    }

    /** The finding or the member of the fleet, when it is for the incident stage. */
    public List<SpecificRecord> forIncident() {
        return only(To.INCIDENT);
    }

    private List<SpecificRecord> only(To which) {
        // Not List.of: a tombstone is null.
        return to == which ? Collections.singletonList(value) : List.of();
    }
}
