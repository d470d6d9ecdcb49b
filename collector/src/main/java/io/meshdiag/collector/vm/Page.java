package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.vm.config.VmConfig.Intervals;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One page of a machine: a row of {@link VmLayout}.
 *
 * @param source name in the coverage
 * @param file in a capture
 * @param optional true when a machine may well not have it
 * @param interval between two reads
 * @param live how it is read on the machine
 * @param copy what of it may leave the machine
 * @param parser what it says
 * @param absent what is known when it cannot be read, and why it cannot
 * @param forbidden what to do when it may not be read, in addition to what the reason says
 */
record Page(
        String source,
        String file,
        boolean optional,
        Function<Intervals, Duration> interval,
        Live live,
        Copy copy,
        Parser parser,
        BiConsumer<Parts, SourceState> absent,
        String forbidden) {

    /** The same page of a kind that many machines do not have. */
    Page optionally() {
        return new Page(source, file, true, interval, live, copy, parser, absent, forbidden);
    }

    /** The same page with what to do when it may not be read. */
    Page forbidden(String remedy) {
        return new Page(source, file, optional, interval, live, copy, parser, absent, remedy);
    }

    /** Opens a page, wherever it is. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** Copies what may leave the machine, in a form that the parser reads as it reads the page. */
    @FunctionalInterface
    interface Copy {
        void write(InputStream page, Parts parts, OutputStream out) throws IOException, UnreadablePageException;
    }

    /** Takes in what a page says. */
    @FunctionalInterface
    interface Parser {
        void read(InputStream page, Instant readAt, Parts parts) throws IOException, UnreadablePageException;
    }

    /** Something to be done with an open page. */
    @FunctionalInterface
    interface Use {
        void of(InputStream page) throws IOException, UnreadablePageException;
    }

    /** Reads the page into the parts; whether it could be read is on the board. */
    boolean read(Opener opener, Instant now, Parts parts, SourceBoard board) {
        UnreadException failure = use(opener, page -> parser.read(page, now, parts));
        if (failure == null || (optional && failure.state() == SourceState.MISSING)) {
            board.read(source, file, now);
        } else {
            board.failed(source, file, failure.state(), failure.getMessage());
        }
        if (failure != null && failure.state() != SourceState.PARTIAL) {
            absent.accept(parts, failure.state());
        }
        return failure == null;
    }

    /** Does something with the page; returns why that failed, null when it did not. Nothing that a page holds is in the reason. */
    UnreadException use(Opener opener, Use use) {
        try (InputStream page = opener.open()) {
            use.of(page);
            return null;
        } catch (UnreadException e) {
            return e.state() == SourceState.FORBIDDEN && !forbidden.isEmpty()
                    ? new UnreadException(e.state(), e.getMessage() + "; " + forbidden)
                    : e;
        } catch (UnreadablePageException e) {
            return new UnreadException(SourceState.UNREADABLE, e.getMessage());
        } catch (IOException e) {
            return new UnreadException(SourceState.UNREACHABLE, "it ended early; it is tried again");
        } catch (RuntimeException e) {
            // The page is hostile or the parser has a bug; its text could be anything, so only the class is told.
            return new UnreadException(
                    SourceState.UNREADABLE, "not readable (" + e.getClass().getSimpleName() + ")");
        }
    }
}
