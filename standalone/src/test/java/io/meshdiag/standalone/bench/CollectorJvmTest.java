package io.meshdiag.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is measured is what is deployed. */
class CollectorJvmTest {
    @Test
    void hasTheOptionsOfTheImageAndOfTheManifest() throws IOException {
        List<String> deployed = new ArrayList<>();
        deployed.addAll(jvmOptions(environment().get("JAVA_TOOL_OPTIONS").split(" ")));
        deployed.addAll(jvmOptions(entryPoint()));

        assertThat(CollectorJvm.OPTIONS).containsExactlyInAnyOrderElementsOf(deployed);
    }

    @Test
    void hasTheVariablesOfTheManifest() throws IOException {
        Map<String, String> deployed = environment();
        deployed.keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "MESHDIAG_HTTP_ADDRESS"));

        assertThat(CollectorJvm.ENVIRONMENT).isEqualTo(deployed);
    }

    @Test
    void hasTheMemoryOfTheManifest() throws IOException {
        String limit = container().at("/resources/limits/memory").asText();

        assertThat(CollectorJvm.MEMORY_LIMIT).isEqualTo("-XX:MaxRAM=" + limit.replace("Mi", "m"));
    }

    private static List<String> jvmOptions(String... words) {
        return List.of(words).stream().filter(word -> word.startsWith("-X")).toList();
    }

    private static String[] entryPoint() throws IOException {
        String line = Files.readAllLines(Path.of("../Dockerfile")).stream()
                .filter(each -> each.startsWith("ENTRYPOINT "))
                .findFirst()
                .orElseThrow();
        return new JsonMapper().readValue(line.substring("ENTRYPOINT ".length()), String[].class);
    }

    private static JsonNode container() throws IOException {
        return new YAMLMapper()
                .readTree(Path.of("../deploy/cluster/deployment.yaml").toFile())
                .at("/spec/template/spec/containers/0");
    }

    private static Map<String, String> environment() throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        container()
                .path("env")
                .forEach(each -> variables.put(
                        each.path("name").asText(), each.path("value").asText()));
        return variables;
    }
}
