package io.meshdiag.config;

import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One place that values come from.
 *
 * @param values by key
 * @param key under which a setting is found here
 * @param own which keys can only be settings of this program: others are left alone, unknown ones among these are mistakes
 * @param where how a key of this place is called to a person
 */
public record Layer(
        Map<String, String> values,
        Function<Setting, String> key,
        Predicate<String> own,
        Function<String, String> where) {

    /** @param prefix of the variables that belong to this program alone */
    public static Layer environment(Map<String, String> environment, String prefix) {
        return new Layer(environment, Setting::variable, name -> name.startsWith(prefix), name -> name);
    }

    /**
     * @param values by path, such as {@code envoy.enabled}
     * @param file how the file is called to a person
     */
    public static Layer file(Map<String, String> values, String file) {
        return new Layer(values, Setting::name, name -> true, name -> name + " in " + file);
    }

    /** @param values of options that were given, by the setting that each stands for */
    public static Layer options(Map<String, String> values) {
        return new Layer(values, Setting::name, name -> true, name -> "the option for " + name);
    }
}
