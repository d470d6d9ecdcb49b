package io.meshdiag.processor.explain;

/** How likely it is that so many meet by chance. */
final class Chance {
    private Chance() {}

    /** Probability that at least so many of all share what one shares with this probability. */
    static double atLeast(int sharing, int all, double rate) {
        double sum = 0;
        for (int k = sharing; k <= all; k++) {
            double log = k * Math.log(rate) + logChoices(all, k);
            log += all == k ? 0 : (all - k) * Math.log1p(-rate);
            sum += Math.exp(log);
        }
        return Math.min(1, sum);
    }

    /**
     * Probability that of some places, drawn from all without putting them back, at least so many have something.
     *
     * @param sharing how many of the drawn ones have it
     * @param drawn how many are drawn
     * @param having how many of all have it
     * @param all how many there are
     */
    static double atLeast(int sharing, int drawn, int having, int all) {
        double sum = 0;
        for (int k = sharing; k <= Math.min(drawn, having); k++) {
            if (drawn - k <= all - having) {
                sum += Math.exp(logChoices(having, k) + logChoices(all - having, drawn - k) - logChoices(all, drawn));
            }
        }
        return Math.min(1, sum);
    }

    /** Logarithm of the number of ways to choose so many out of these. */
    private static double logChoices(int of, int chosen) {
        double log = 0;
        for (int i = 1; i <= chosen; i++) {
            log += Math.log((double) (of - chosen + i) / i);
        }
        return log;
    }
}
