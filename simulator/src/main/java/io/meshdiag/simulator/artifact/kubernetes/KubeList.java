package io.meshdiag.simulator.artifact.kubernetes;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.meshdiag.simulator.artifact.Artifact;
import java.io.IOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A List as "kubectl get … -o yaml" prints it: keys sorted, managedFields absent.
 *
 * @param items made only when the list is written
 */
public record KubeList(String path, Supplier<Stream<Map<String, Object>>> items) implements Artifact {
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .stringQuotingChecker(new QuotesTimes())
                    .build())
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    /** kubectl quotes what YAML 1.1 would take for a timestamp. */
    private static final class QuotesTimes extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteValue(String value) {
            return super.needToQuoteValue(value) || value.matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        }
    }

    @Override
    public void writeTo(Writer out) throws IOException {
        try (JsonGenerator yaml = YAML.createGenerator(out)) {
            yaml.writeStartObject();
            yaml.writeStringField("apiVersion", "v1");
            yaml.writeArrayFieldStart("items");
            for (Iterator<Map<String, Object>> each = items.get().iterator(); each.hasNext(); ) {
                YAML.writeValue(yaml, each.next());
            }
            yaml.writeEndArray();
            yaml.writeStringField("kind", "List");
            yaml.writeObjectFieldStart("metadata");
            yaml.writeStringField("resourceVersion", "");
            yaml.writeEndObject();
            yaml.writeEndObject();
        }
    }
}
