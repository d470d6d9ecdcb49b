package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Settings of a machine's agent, by the names that Istio gives them: {@code cluster.env}, {@code sidecar.env}, and {@code proxyMetadata} of the mesh
 * config. Such files hold whatever users put there, passwords too: a value whose name is not listed here is dropped where it is read.
 */
public final class VmSettings {
    /** Nothing is set. */
    public static final VmSettings NONE = new VmSettings(Map.of());

    private static final String FLAGS = "ISTIO_AGENT_FLAGS";
    private static final Set<String> OF_INTEREST = Set.of(
            "CA_ADDR",
            "ISTIO_CUSTOM_IP_TABLES",
            "ISTIO_INBOUND_PORTS",
            "ISTIO_LOG_DIR",
            "ISTIO_META_AUTO_REGISTER_GROUP",
            "ISTIO_META_CLUSTER_ID",
            "ISTIO_META_MESH_ID",
            "ISTIO_META_NETWORK",
            "ISTIO_META_WORKLOAD_NAME",
            "ISTIO_NAMESPACE",
            "ISTIO_PILOT_PORT",
            "ISTIO_SERVICE_CIDR",
            "ISTIO_SVC_IP",
            "ISTIO_SYSTEM_NAMESPACE",
            "OUTPUT_CERTS",
            "PILOT_ADDRESS",
            "POD_NAME",
            "POD_NAMESPACE",
            "PROV_CERT",
            "SERVICE_ACCOUNT",
            "TRUST_DOMAIN",
            FLAGS);
    private static final int MAX_VALUE = 300;

    private final Map<String, String> values;

    private VmSettings(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads an environment file that a shell would source: {@code KEY=value} lines, quoted or not, the last assignment wins.
     *
     * @throws UnreadablePageException when it is larger than 256 KiB, or ends within quotes
     */
    public static VmSettings parse(InputStream env) throws IOException, UnreadablePageException {
        Map<String, String> found = new HashMap<>();
        ShellAssignments.read(BoundedText.read(env, 256 << 10, "the environment file"), OF_INTEREST, found);
        return of(found);
    }

    /** {@code proxyMetadata} of a mesh config; the cursor stands on the object. */
    static VmSettings proxyMetadata(JsonCursor json) throws IOException, UnreadablePageException {
        Map<String, String> found = new HashMap<>();
        json.entries(name -> {
            if (OF_INTEREST.contains(name)) {
                found.put(name, json.textOrEmpty());
            }
        });
        return of(found);
    }

    /** These settings, but for what the others set: files that are sourced later win. */
    public VmSettings overriddenBy(VmSettings later) {
        Map<String, String> all = new HashMap<>(values);
        all.putAll(later.values);
        return new VmSettings(Map.copyOf(all));
    }

    private static VmSettings of(Map<String, String> found) {
        // Flags are free text. Only the two that are asked for leave here.
        String flags = found.remove(FLAGS);
        Map<String, String> kept = new HashMap<>();
        found.forEach((name, value) -> kept.put(name, Printable.shorten(value, MAX_VALUE)));
        if (flags != null) {
            LogLevels levels = LogLevels.ofArguments(List.of(flags.split("\\s+", -1)));
            put(kept, "--log_output_level", levels.agent());
            put(kept, "--proxyLogLevel", levels.proxy());
        }
        return new VmSettings(Map.copyOf(kept));
    }

    private static void put(Map<String, String> values, String name, String value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    /** Null when the name is not set, or not of interest; may be empty: {@code ISTIO_INBOUND_PORTS=''} says that none is to be captured. */
    public String written(String name) {
        return values.get(name);
    }

    /** Null when the name is not set, or set to nothing. */
    public String text(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Whether the agent was told to keep its certificates in another folder than this one. */
    public boolean keepsCertificatesBeside(String folder) {
        String told = text("OUTPUT_CERTS");
        return told != null && !told.replaceFirst("(?<=.)/+$", "").equals(folder);
    }

    /** All of them as they would be assigned, sorted: what of such a file may be shown to others. */
    public SortedMap<String, String> assignments() {
        SortedMap<String, String> assignments = new TreeMap<>(values);
        assignments.keySet().removeIf(name -> name.startsWith("--"));
        String flags = values.entrySet().stream()
                .filter(value -> value.getKey().startsWith("--"))
                .map(value -> value.getKey() + "=" + value.getValue())
                .sorted()
                .collect(Collectors.joining(" "));
        if (!flags.isEmpty()) {
            assignments.put(FLAGS, flags);
        }
        return assignments;
    }

    /**
     * Where the agent asks for its configuration, as istio-start.sh finds it out: {@code PILOT_ADDRESS}, {@code ISTIO_PILOT_PORT}, the mesh config.
     *
     * @param config null when there is none
     * @return null when nothing says so
     */
    public String discoveryAddress(AgentConfig config) {
        if (text("PILOT_ADDRESS") != null) {
            return text("PILOT_ADDRESS");
        }
        if (text("ISTIO_PILOT_PORT") != null) {
            String system = text("ISTIO_SYSTEM_NAMESPACE");
            return "istiod." + (system == null ? "istio-system" : system) + ".svc:" + text("ISTIO_PILOT_PORT");
        }
        return config == null ? null : config.discoveryAddress();
    }

    /** What {@code ISTIO_AGENT_FLAGS} says of log levels. */
    LogLevels logLevels() {
        return new LogLevels(values.get("--log_output_level"), values.get("--proxyLogLevel"));
    }
}
