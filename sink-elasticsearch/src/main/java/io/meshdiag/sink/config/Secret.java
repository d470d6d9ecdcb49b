package io.meshdiag.sink.config;

/** A value that never prints. */
public record Secret(String value) {
    /** Not set. */
    public static final Secret NONE = new Secret("");

    /** True when there is one. */
    public boolean present() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return present() ? "****" : "";
    }
}
