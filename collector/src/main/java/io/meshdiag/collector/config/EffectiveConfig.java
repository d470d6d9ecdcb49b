package io.meshdiag.collector.config;

import io.meshdiag.config.Setting;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration as a file that could be used as it is, with the place that each value comes from. */
public final class EffectiveConfig {
    private EffectiveConfig() {}

    /** YAML; properties that are passed on to clients are comments with names only, because values may be secret. */
    public static String yaml(List<Setting.Effective> effective, KafkaSettings kafka) {
        StringBuilder yaml = new StringBuilder();
        String section = "";
        List<Setting.Effective> settings = Stream.concat(
                        effective.stream().filter(s -> section(s).isEmpty()),
                        effective.stream().filter(s -> !section(s).isEmpty()))
                .toList();
        for (Setting.Effective setting : settings) {
            if (!section(setting).equals(section)) {
                section = section(setting);
                yaml.append(section).append(":\n");
            }
            String name = setting.setting().name();
            yaml.append(section.isEmpty() ? "" : "  ")
                    .append(name.substring(name.indexOf('.') + 1))
                    .append(": ")
                    .append(scalar(setting.value()))
                    .append("  # ")
                    .append(setting.origin())
                    .append('\n');
        }
        kafka.clients().keySet().stream()
                .sorted()
                .forEach(name -> yaml.append("# client property ").append(name).append(": ****\n"));
        return yaml.toString();
    }

    /** The settings as a table for documentation. */
    public static String markdownTable(List<Setting> settings) {
        return "| in a file | in the environment | default | accepted | meaning |\n|---|---|---|---|---|\n"
                + settings.stream()
                        .map(s -> "| `%s` | `%s` | %s | %s | %s |\n"
                                .formatted(
                                        s.name(),
                                        s.variable(),
                                        s.otherwise().isEmpty() ? "" : "`" + s.otherwise() + "`",
                                        s.accepted(),
                                        s.meaning()))
                        .collect(Collectors.joining());
    }

    private static String section(Setting.Effective setting) {
        String name = setting.setting().name();
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : "";
    }

    private static String scalar(String value) {
        return value.matches("[A-Za-z0-9][A-Za-z0-9._/,:-]*") && !value.endsWith(":")
                ? value
                : "'" + value.replace("'", "''") + "'";
    }
}
