package io.meshdiag.sink.dashboard;

import io.meshdiag.sink.dashboard.Panel.Function;

/** Colours of {@code event.severity} in a matrix whose cells are the worst severity. The numbers are those of the documents. */
enum SeverityColor {
    INFO(9, 10, "blue"),
    LOW(10, 13, "green"),
    MEDIUM(13, 17, "yellow"),
    HIGH(17, 21, "orange"),
    CRITICAL(21, 25, "red");

    private final int number;
    private final int next;
    private final String color;

    SeverityColor(int number, int next, String color) {
        this.number = number;
        this.next = next;
        this.color = color;
    }

    int number() {
        return number;
    }

    String color() {
        return color;
    }

    /** Where the next range begins. */
    int next() {
        return next;
    }

    static boolean applyTo(Panel panel) {
        Panel.Metric first = panel.metrics().get(0);
        return first.function() == Function.MAX && first.field().equals("event.severity");
    }
}
