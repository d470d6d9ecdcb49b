package io.meshdiag.collector.extract.vm;

/**
 * One rule of a packet filter, as far as redirection depends on it.
 *
 * @param verdict what happens to a packet that matches
 * @param chain where JUMP leads; empty for the other verdicts
 * @param port where REDIRECT and TPROXY lead; 0 when not known
 * @param everything true when all TCP packets match
 */
record PacketRule(Verdict verdict, String chain, int port, boolean everything) {

    enum Verdict {
        JUMP,
        REDIRECT,
        TPROXY,
        /** No rule after it is asked: RETURN, ACCEPT, DROP. */
        END,
        /** Marks, counters, logs: the next rule is asked. */
        NONE
    }

    static PacketRule jump(String chain, boolean everything) {
        return new PacketRule(Verdict.JUMP, chain, 0, everything);
    }

    static PacketRule of(Verdict verdict, int port, boolean everything) {
        return new PacketRule(verdict, "", port, everything);
    }

    /** True when no packet gets past it. */
    boolean endsAll() {
        return everything && verdict == Verdict.END;
    }
}
