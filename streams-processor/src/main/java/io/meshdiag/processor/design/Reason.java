package io.meshdiag.processor.design;

/**
 * One thing that keeps requests in the cluster.
 *
 * @param text what is so and what follows from it
 * @param shownBy the fact that shows it
 */
public record Reason(String text, String shownBy) {}
