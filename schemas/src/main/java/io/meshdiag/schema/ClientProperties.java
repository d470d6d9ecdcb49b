package io.meshdiag.schema;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Further properties of Kafka's clients and of the registry's, from the environment, the same in every program: MESHDIAG_KAFKA_SECURITY_PROTOCOL is
 * {@code security.protocol}, MESHDIAG_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO is {@code schema.registry.basic.auth.user.info}, and
 * MESHDIAG_KAFKA_PROPERTIES_FILE names a properties file, for what should not stand in an environment. The environment wins over the file.
 */
public final class ClientProperties {
    private static final String KAFKA = "MESHDIAG_KAFKA_";
    private static final String REGISTRY = "MESHDIAG_SCHEMA_REGISTRY_";
    private static final String REGISTRY_URL = "MESHDIAG_SCHEMA_REGISTRY_URL";
    private static final String FILE = "MESHDIAG_KAFKA_PROPERTIES_FILE";

    private ClientProperties() {}

    /**
     * Reads file and variables. Values may be secret: show names only.
     *
     * @param problem told what is wrong, without values
     */
    public static Map<String, String> from(Map<String, String> environment, Consumer<String> problem) {
        Map<String, String> properties = new TreeMap<>();
        String file = environment.getOrDefault(FILE, "").strip();
        if (!file.isEmpty()) {
            Properties read = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                read.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                problem.accept(FILE + " is '" + Printable.shorten(file, 200) + "', which cannot be read as properties");
            }
            read.forEach((key, value) -> properties.put(key.toString(), value.toString()));
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(KAFKA) && !name.equals(FILE)) {
                properties.put(dotted(name, KAFKA), value);
            } else if (name.startsWith(REGISTRY) && !name.equals(REGISTRY_URL)) {
                properties.put("schema.registry." + dotted(name, REGISTRY), value);
            }
        });
        return properties;
    }

    private static String dotted(String name, String prefix) {
        return name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
