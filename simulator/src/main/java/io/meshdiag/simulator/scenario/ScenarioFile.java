package io.meshdiag.simulator.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The YAML of a scenario, and the parts of it that are the same for every scenario. */
public final class ScenarioFile {
    private static final YAMLMapper YAML = new YAMLMapper();

    private ScenarioFile() {}

    /**
     * Reads a file; the name stands in the messages.
     *
     * @throws ScenarioException with all mistakes
     */
    public static <T> T read(InputStream in, String name, Function<Fields, T> reader) throws IOException {
        Problems problems = new Problems(name);
        JsonNode tree;
        try {
            tree = YAML.readTree(in);
        } catch (JsonProcessingException e) {
            throw new ScenarioException(List.of(name + ": is not YAML: " + e.getOriginalMessage()));
        }
        Fields fields = new Fields(tree, "", problems);
        T scenario = reader.apply(fields);
        fields.refuseUnknown();
        problems.refuseAny();
        return scenario;
    }

    /** One element of "clusters". */
    public static ClusterSpec cluster(Fields fields) {
        return ClusterSpec.read(fields);
    }

    /** "services" (named one by one) and "generate" (many alike) together. */
    public static List<ServiceSpec> services(Fields fields) {
        List<ServiceSpec> all = new ArrayList<>(fields.objects("services", ServiceSpec::read));
        all.addAll(fields.object("generate", GeneratedServices::read, GeneratedServices.NONE)
                .specs());
        return List.copyOf(all);
    }

    /** Many alike services. */
    public static List<ServiceSpec> generated(int count, int namespaces, int replicas) {
        return new GeneratedServices(count, namespaces, replicas).specs();
    }
}
