package io.meshdiag.sink.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.sink.document.FindingDocument;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.store.StoreFlavor.Product;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AssetsTest {
    /** Unmapped fields are kept but not searched, so nothing but this test would notice a forgotten one. */
    @ParameterizedTest
    @EnumSource(Product.class)
    void everyFieldOfAFindingIsMapped(Product product) {
        Map<String, String> mapped = new HashMap<>();
        for (String component : new String[] {"component-common", "component-findings"}) {
            mapped.putAll(Assets.fields(
                    new Assets("meshdiag-", product).read(component).at("/template/mappings/properties")));
        }
        Set<String> whole = Set.of("labels", "meshdiag.explains.by_rule");

        Set<String> used = new TreeSet<>();
        collect(FindingDocument.current(Findings.finding("mf1-a", 1).build()), "", whole, used);

        assertThat(mapped.keySet()).containsAll(used);
        assertThat(mapped.get("labels")).isEqualTo(product == Product.OPENSEARCH ? "flat_object" : "flattened");
    }

    @Test
    void anotherPrefixReachesNamesPatternsAndAliases() {
        JsonNode template = new Assets("team-a-", Product.ELASTICSEARCH).read("template-finding-history");

        assertThat(template.at("/index_patterns/0").asText()).isEqualTo("team-a-finding-history-*");
        assertThat(template.at("/composed_of/0").asText()).isEqualTo("team-a-settings");
        assertThat(template.at("/template/aliases").fieldNames().next()).isEqualTo("team-a-finding-history");
    }

    private static void collect(JsonNode node, String path, Set<String> whole, Set<String> into) {
        if (node.isObject() && !whole.contains(path)) {
            node.properties()
                    .forEach(field -> collect(
                            field.getValue(),
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            whole,
                            into));
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, path, whole, into));
        } else {
            into.add(path);
        }
    }
}
