package io.meshdiag.config;

/**
 * A setting as it is documented.
 *
 * @param name path in a configuration file, such as {@code envoy.proxiesPerMinute}
 * @param variable of the environment
 * @param otherwise default, as it would be written; empty = not set
 * @param accepted what may be written
 * @param meaning what it does, for a person
 */
public record Setting(String name, String variable, String otherwise, String accepted, String meaning) {
    /** A setting with the value that counts, made safe to print, and where that comes from. */
    public record Effective(Setting setting, String value, String origin) {}
}
