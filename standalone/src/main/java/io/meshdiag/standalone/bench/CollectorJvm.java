package io.meshdiag.standalone.bench;

import java.util.List;
import java.util.Map;

/** How the collector's JVM is started in its pod: by the image's entry point, and by the variables of deploy/cluster/deployment.yaml. */
public final class CollectorJvm {
    /** The limit of the pod's memory; outside of a container the JVM has to be told. */
    static final String MEMORY_LIMIT = "-XX:MaxRAM=256m";

    static final List<String> OPTIONS = List.of(
            "-XX:MaxRAMPercentage=40",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xss512k",
            "-XX:+ExitOnOutOfMemoryError");

    static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2");

    private CollectorJvm() {}
}
