package io.meshdiag.sink.dashboard;

import java.util.Locale;

/** Names of ours as the tools write them. */
final class Words {
    private Words() {}

    /** "count" for COUNT. */
    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** "Count" for COUNT: Grafana's name of a metric's column. */
    static String capital(Enum<?> value) {
        return value.name().charAt(0) + lower(value).substring(1);
    }
}
