package io.meshdiag.collector.config;

import io.meshdiag.config.Layer;
import io.meshdiag.config.SettingsReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where a collector's settings come from: options win over the environment, that over the file, and that over defaults. */
public final class SettingsLayers {
    private SettingsLayers() {}

    /**
     * A reader of the three; what is wrong with the file is among its problems.
     *
     * @param prefix of variables of the environment
     * @param file null = none
     */
    public static SettingsReader reader(
            String prefix, Map<String, String> options, Map<String, String> environment, Path file) {
        List<Layer> layers = new ArrayList<>();
        layers.add(Layer.options(options));
        layers.add(Layer.environment(environment, prefix));
        List<String> unreadable = new ArrayList<>();
        if (file != null) {
            layers.add(YamlFile.read(file, unreadable));
        }
        SettingsReader read = new SettingsReader(prefix, layers);
        unreadable.forEach(read::problem);
        return read;
    }
}
