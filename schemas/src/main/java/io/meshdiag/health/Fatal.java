package io.meshdiag.health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that dies leaves half a program, which looks alive and does nothing: better that all of it ends, and is started again. */
public final class Fatal {
    /** Exit code of a program that lost a thread. */
    public static final int EXIT_CODE = 4;

    private static final Logger LOGGER = LoggerFactory.getLogger(Fatal.class);

    private Fatal() {}

    /** From now on whatever no thread caught, out of memory included, ends this process at once. */
    public static void onUncaught() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            try {
                LOGGER.atError()
                        .addKeyValue("thread", thread.getName())
                        .setCause(failure)
                        .log("a thread died; the program ends, to be started again");
            } finally {
                // Not exit: hooks may need what is broken.
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        });
    }
}
