package io.meshdiag.processor;

import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.rules.RulesFile;
import io.meshdiag.processor.rules.Silences;
import io.meshdiag.processor.topology.Catalogue;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor as a program of its own, configured by the environment (README). Exit code 2: bad configuration; 1: it failed. */
public final class ProcessorMain {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessorMain.class);

    private ProcessorMain() {}

    public static void main(String[] args) throws InterruptedException {
        ProcessorConfig config;
        RuleSettings settings;
        try {
            config = ProcessorConfig.from(System.getenv());
            settings = RulesFile.read(config.rulesFile(), Instant.now());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        LOGGER.atInfo().addKeyValue("config", config).log("the processor starts");
        new Silences(settings.silences()).over(Instant.now()).forEach(silence -> LOGGER.warn(silence.describeEnd()));
        System.exit(run(config, Catalogue.configured(settings)));
    }

    private static int run(ProcessorConfig config, Catalogue rules) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try (ProcessorApp app = new ProcessorApp(config, rules, new PipelineCounters())) {
            app.onState(state -> {
                if (state.hasCompletedShutdown() || state == KafkaStreams.State.PENDING_ERROR) {
                    ended.countDown();
                }
            });
            Thread stop = new Thread(app::close, "shutdown");
            Runtime.getRuntime().addShutdownHook(stop);
            app.start();
            ended.await();
            return app.failed() ? 1 : 0;
        } catch (IllegalStateException e) {
            LOGGER.atError().addKeyValue("reason", e.getMessage()).log("the processor cannot start");
            return 1;
        }
    }
}
