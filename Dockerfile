# The meshdiag command as an image. Built from the assembled distribution; make that first:
#   ./mvnw -pl standalone -am -DskipTests package && docker build -t meshdiag/meshdiag .
ARG JRE_VERSION=17.0.15_6-jre
FROM eclipse-temurin:${JRE_VERSION}

# Streams state is the only thing that is written beside /tmp, so the root file system can be read-only.
RUN install -d -o 10001 -g 10001 -m 0750 /var/lib/meshdiag

COPY standalone/target/dist/lib /opt/meshdiag/lib

# Health and metrics are for the network of the containers; outside of one they stay on loopback.
# The share of the heap is a variable, so that a deployment can say otherwise: options of the entry point would win.
ENV MESHDIAG_HTTP_ADDRESS=0.0.0.0:9464 \
    MESHDIAG_PROCESSOR_STATE_DIR=/var/lib/meshdiag \
    JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=50

USER 10001:10001
WORKDIR /var/lib/meshdiag
EXPOSE 9464

# Alive, not ready: a store or a broker that is away must not get this container restarted.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:9464/healthz"]

# No shell in between: SIGTERM reaches the program, which finishes what is under way.
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-cp", "/opt/meshdiag/lib/*", "io.meshdiag.standalone.MeshdiagMain"]
CMD ["--help"]
