package io.meshdiag.vm.packaged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A unit of systemd as its file says it: later lines of one name are kept too. */
record Unit(List<String> lines) {
    static Unit read(Path file) throws IOException {
        return new Unit(Files.readAllLines(file));
    }

    /** The only value of that name. */
    String value(String name) {
        List<String> values = lines.stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .toList();
        if (values.size() != 1) {
            throw new AssertionError(name + " is set " + values.size() + " times");
        }
        return values.get(0);
    }

    /** What an EnvironmentFile sets. */
    static Map<String, String> environment(Path file) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            if (!line.startsWith("#") && equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return variables;
    }
}
