package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import java.util.List;

/** The facts that one object shows by itself. */
public final class ObjectFacts {
    private static final List<Extractor> EXTRACTORS = List.of(
            new TrustBundles(),
            new RemoteSecrets(),
            new WebhookConfigs(),
            new IstioResources(),
            new WorkloadEntries(),
            new WorkloadGroups());

    private ObjectFacts() {}

    /** Gives all facts of an object; most objects have none of their own. */
    public static void extract(KubernetesObject object, Origin origin, FactSink facts) {
        EXTRACTORS.forEach(e -> e.extract(object, origin, facts));
    }
}
