package io.meshdiag.standalone.bench;

import java.util.List;
import java.util.Map;

/** How the collector's JVM is started in its pod: by the image's entry point, and by the variables of deploy/cluster/deployment.yaml. */
public final class CollectorJvm {
    /** The limit of the pod's memory; outside of a container the JVM has to be told. */
    static final String MEMORY_LIMIT = "-XX:MaxRAM=256m";

    /** Of the image, then of the manifest: later ones win. */
    static final List<String> OPTIONS =
            List.of("-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-XX:+UseSerialGC");

    static final Map<String, String> ENVIRONMENT = Map.of();

    private CollectorJvm() {}
}
