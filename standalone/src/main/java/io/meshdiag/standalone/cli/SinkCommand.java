package io.meshdiag.standalone.cli;

import io.meshdiag.health.Shutdown;
import io.meshdiag.sink.SinkApp;
import io.meshdiag.sink.config.SinkConfig;
import io.meshdiag.sink.dashboard.KibanaImport;
import io.meshdiag.sink.dashboard.KibanaObjects;
import io.meshdiag.sink.dashboard.Sources;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.setup.SinkSetup;
import io.meshdiag.sink.store.Store;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag sink}. */
@Command(
        name = "sink",
        description = {
            "Deliver findings to Elasticsearch or OpenSearch until SIGTERM; then it finishes what is under way and ends with 0.",
            "Configured by the environment (docs/compose.md). MESHDIAG_HTTP_ADDRESS serves /healthz, /readyz and /metrics."
        },
        subcommands = SinkCommand.Setup.class)
final class SinkCommand implements Callable<Integer> {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

    @ParentCommand
    private Meshdiag meshdiag;

    @Override
    public Integer call() throws Exception {
        SinkConfig config = configuration();
        meshdiag.logAsService();
        Shutdown shutdown = new Shutdown(STOP_WITHIN);
        try (SinkApp app = new SinkApp(config)) {
            shutdown.onSignal(app::stop);
            app.run();
            return 0;
        } finally {
            shutdown.finished();
        }
    }

    private SinkConfig configuration() {
        return Services.configuration(() -> SinkConfig.from(meshdiag.environment()));
    }

    /** {@code meshdiag sink setup}. */
    @Command(
            name = "setup",
            description =
                    "Install templates, retention and, when asked, dashboards, and end. Doing it again changes nothing.")
    static final class Setup implements Callable<Integer> {
        @ParentCommand
        private SinkCommand sink;

        @Option(
                names = "--kibana",
                paramLabel = "URL",
                description = "Install the dashboards there, with the store's credentials.")
        private URI kibana;

        @Override
        public Integer call() throws Exception {
            SinkConfig config = sink.configuration();
            try (Store store = new Store(config.store())) {
                new SinkSetup(store, new Indices(config.indexPrefix()), config.retentionDays(), config.index()).run();
            }
            if (kibana != null) {
                String objects = new KibanaObjects(config.indexPrefix()).ndjson(Sources.dashboards());
                int imported = new KibanaImport(kibana, config.store()).run(objects);
                sink.meshdiag.terminal().out().println(imported + " objects are in Kibana at " + kibana);
            }
            return 0;
        }
    }
}
