package io.meshdiag.config;

import io.meshdiag.schema.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads settings from layers, the first that has a value wins, and gathers every mistake, so that a person corrects all of them in one go. A setting
 * that is wrong reads as its default until {@link #done} throws. What was read is also the documentation of what there is.
 */
public final class SettingsReader {
    private static final int SHOWN = 200;

    private final String prefix;
    private final List<Layer> layers;
    private final Map<String, Setting.Effective> read = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @param prefix of a variable's name, before the setting's own: {@code MESHDIAG_COLLECTOR_}
     * @param layers the strongest first
     */
    public SettingsReader(String prefix, List<Layer> layers) {
        this.prefix = prefix;
        this.layers = layers;
    }

    /** Begins to read a setting. */
    public SettingReader of(String name, String meaning) {
        return new SettingReader(this, name, variable(name), meaning);
    }

    private String variable(String name) {
        return prefix
                + name.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    /** The text that counts, and where it stands; empty when no layer has any. */
    Optional<Given> find(Setting setting) {
        Optional<Given> given = layers.stream()
                .flatMap(layer -> {
                    String key = layer.key().apply(setting);
                    String value = layer.values().getOrDefault(key, "").strip();
                    return value.isEmpty()
                            ? Stream.empty()
                            : Stream.of(new Given(value, layer.where().apply(key)));
                })
                .findFirst();
        read.put(
                setting.name(),
                new Setting.Effective(
                        setting,
                        given.map(g -> shown(g.value())).orElse(setting.otherwise()),
                        given.map(Given::where).orElse("default")));
        return given;
    }

    /** A value as it was written, and how the place is called. */
    record Given(String value, String where) {}

    /** Adds a mistake in a value that was given. */
    void wrong(Given given, String accepted) {
        problem(given.where() + " is '" + shown(given.value()) + "'; write " + accepted);
    }

    /** Made safe to print: without the password that a URL may carry. */
    private static String shown(String value) {
        return Printable.shorten(value.replaceAll("//[^/@]*@", "//****@"), SHOWN);
    }

    /** Adds a mistake: a sentence that says what is wrong and what to do. */
    public void problem(String what) {
        problems.add(what);
    }

    /** Everything that was read, in that order. */
    public List<Setting.Effective> settings() {
        return List.copyOf(read.values());
    }

    /**
     * Ends reading.
     *
     * @throws ConfigException with everything that is wrong, unknown names included: typos are the usual fault
     */
    public void done() {
        layers.forEach(this::unknown);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private void unknown(Layer layer) {
        Map<String, Setting> known = settings().stream()
                .map(Setting.Effective::setting)
                .collect(Collectors.toMap(layer.key(), setting -> setting, (a, b) -> a, LinkedHashMap::new));
        for (String key : new TreeSet<>(layer.values().keySet())) {
            if (layer.own().test(key) && !known.containsKey(key)) {
                problem(layer.where().apply(Printable.shorten(key, SHOWN)) + " " + instead(key, known.keySet()));
            }
        }
    }

    private static String instead(String key, Iterable<String> known) {
        List<String> names = new ArrayList<>();
        known.forEach(names::add);
        String inside = names.stream()
                .filter(name -> name.startsWith(key + "."))
                .map(name -> name.substring(key.length() + 1))
                .collect(Collectors.joining(", "));
        if (!inside.isEmpty()) {
            return "is a section; write one of its settings below it: " + inside;
        }
        return names.stream()
                .filter(name -> Distance.between(name, key) <= Math.max(2, key.length() / 5))
                .min(Comparator.comparingInt(name -> Distance.between(name, key)))
                .map(name -> "is not a setting; did you mean " + name + "?")
                .orElse("is not a setting of this program");
    }
}
