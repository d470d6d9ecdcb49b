package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;

/** Makes the facts that one object shows by itself. */
@FunctionalInterface
interface Extractor {
    void extract(KubernetesObject object, Origin origin, FactSink facts);
}
