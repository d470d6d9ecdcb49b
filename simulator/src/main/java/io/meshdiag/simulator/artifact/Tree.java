package io.meshdiag.simulator.artifact;

import java.util.LinkedHashMap;
import java.util.Map;

/** Objects of JSON and YAML pages, written down in the order in which they are printed. */
public final class Tree {
    private Tree() {}

    /** Names and values in turn; a null value is left out, as printers leave out what is not set. */
    public static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                tree.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return tree;
    }
}
