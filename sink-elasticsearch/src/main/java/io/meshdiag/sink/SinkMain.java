package io.meshdiag.sink;

import io.meshdiag.sink.config.ConfigException;
import io.meshdiag.sink.config.SinkConfig;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.setup.SinkSetup;
import io.meshdiag.sink.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the sink, or with the argument {@code setup} only installs templates and retention. Exit codes: 0 stopped as asked, 1 failed, 2 the
 * configuration is wrong.
 */
public final class SinkMain {
    private static final Logger LOGGER = LoggerFactory.getLogger(SinkMain.class);

    private static final long STOP_SECONDS = 20;

    private SinkMain() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        if (!args.isEmpty() && !args.equals(List.of("setup"))) {
            System.err.println("usage: without an argument to run, or 'setup' to install templates and retention only");
            return 2;
        }
        try {
            SinkConfig config = SinkConfig.from(System.getenv());
            if (args.isEmpty()) {
                deliver(config);
            } else {
                setUp(config);
            }
            return 0;
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (IOException | RuntimeException e) {
            LOGGER.atError().setCause(e).log("the sink failed");
            return 1;
        }
    }

    private static void deliver(SinkConfig config) throws IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try (SinkApp app = new SinkApp(config)) {
            // The JVM ends when its hooks have: so that what is under way is settled and committed.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                app.stop();
                await(ended);
            }));
            app.run();
        } finally {
            ended.countDown();
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.atWarn().log("the sink did not stop in time; what was not committed will be delivered again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void setUp(SinkConfig config) throws IOException {
        try (Store store = new Store(config.store())) {
            new SinkSetup(store, new Indices(config.indexPrefix()), config.retentionDays(), config.index()).run();
        }
    }
}
