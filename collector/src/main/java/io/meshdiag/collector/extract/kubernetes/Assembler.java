package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Makes the facts of one kind that join several objects, subject by subject. */
interface Assembler {
    /** All subjects that may have such a fact. */
    Stream<Subject> subjects(Inventory cluster);

    /** The fact of a subject; empty when the cluster has no such subject, or nothing is to be said of it. */
    Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin);
}
