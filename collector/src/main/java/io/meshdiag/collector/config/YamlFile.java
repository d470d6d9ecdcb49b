package io.meshdiag.collector.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.meshdiag.config.Layer;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A configuration file: sections in sections, of which the path of names is a setting's key; a list of plain values is the same as its parts with commas. */
public final class YamlFile {
    private static final ObjectMapper YAML =
            new ObjectMapper(YAMLFactory.builder().build()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final long MAX_BYTES = 1 << 20;

    private YamlFile() {}

    /** A file that cannot be read as a whole is no layer, and one mistake. */
    public static Layer read(Path file, List<String> problems) {
        Map<String, String> values = new TreeMap<>();
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.add(file + " is larger than 1 MiB: that is no configuration file of this program");
            } else {
                JsonNode root = YAML.readTree(Files.readString(file));
                if (root.isObject()) {
                    flatten("", root, values);
                } else if (!root.isMissingNode() && !root.isNull()) {
                    problems.add(file + " has no settings; write lines such as 'refresh: PT10M'");
                }
            }
        } catch (JsonProcessingException e) {
            problems.add(file + " is no YAML, line " + e.getLocation().getLineNr() + ": "
                    + Printable.shorten(
                            e.getOriginalMessage().lines().findFirst().orElse(""), 200));
        } catch (IOException e) {
            problems.add(file + " cannot be read (" + e.getClass().getSimpleName() + "); check its path and rights");
        }
        return Layer.file(values, file.toString());
    }

    private static void flatten(String path, JsonNode node, Map<String, String> values) {
        node.properties().forEach(field -> {
            String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject()) {
                flatten(key, value, values);
            } else if (value.isArray()) {
                StringJoiner parts = new StringJoiner(",");
                value.forEach(part -> parts.add(part.isValueNode() ? part.asText() : part.toString()));
                values.put(key, parts.toString());
            } else {
                // A null is a setting that is not set: its default counts.
                values.put(key, value.isNull() ? "" : value.asText());
            }
        });
    }
}
