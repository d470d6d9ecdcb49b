package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;

/** Makes the facts of one kind that join several objects, once all objects are there. */
@FunctionalInterface
interface Assembler {
    void assemble(Inventory cluster, Origin origin, FactSink facts);
}
