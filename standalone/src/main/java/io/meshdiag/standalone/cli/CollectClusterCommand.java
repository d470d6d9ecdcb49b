package io.meshdiag.standalone.cli;

import io.meshdiag.collector.cluster.ClusterCollector;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import io.meshdiag.collector.cluster.config.KubeContexts;
import io.meshdiag.collector.config.EffectiveConfig;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.JsonLinesPublisher;
import io.meshdiag.standalone.service.CollectorService;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag collect cluster}. */
@Command(
        name = "cluster",
        description = {
            "Collect the facts of Kubernetes clusters and keep them true in Kafka, until SIGTERM; then what is under way is delivered,"
                    + " and it ends with 0.",
            "It reads only: docs/collect-cluster.md says what it asks for, and every setting. MESHDIAG_BOOTSTRAP_SERVERS and"
                    + " MESHDIAG_SCHEMA_REGISTRY_URL say where facts go."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  meshdiag collect cluster --context east --once --dry-run   what would be sent, as JSON lines",
            "  meshdiag collect cluster --context east --context west     two clusters from one laptop or hub",
            "  meshdiag collect cluster --config collector.yaml           in a pod: the cluster that it runs in",
            "  meshdiag collect cluster --print-config                    what is set, and where each value comes from"
        })
final class CollectClusterCommand implements Callable<Integer> {
    @ParentCommand
    private CollectCommand collect;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "File with the contexts. Default: KUBECONFIG, then the cluster that this runs in, then ~/.kube/config.")
    private Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Context of the kubeconfig; once for each cluster. Default: its current context.")
    private List<String> contexts = List.of();

    @Option(names = "--config", paramLabel = "FILE", description = "Settings as YAML; variables win over it.")
    private Path file;

    @Option(names = "--once", description = "Collect one full round and end: 0 when every cluster was reached, else 2.")
    private boolean once;

    @Option(names = "--dry-run", description = "Print facts as JSON lines in place of sending them; needs no Kafka.")
    private boolean dryRun;

    @Option(names = "--print-config", description = "Print the settings that count as YAML, and end.")
    private boolean printConfig;

    private ContextCollector.Factory collectors = ClusterCollector::new;

    /** Takes these collectors in place of the real ones. */
    void collectors(ContextCollector.Factory others) {
        collectors = others;
    }

    @Override
    public Integer call() throws Exception {
        Meshdiag meshdiag = collect.meshdiag();
        Terminal terminal = meshdiag.terminal();
        CollectorConfig config = Services.configuration(
                () -> CollectorSettings.read(options(), meshdiag.environment(), file, !dryRun && !printConfig));
        if (printConfig) {
            terminal.out().print(EffectiveConfig.yaml(config.effective(), config.kafka()));
            return 0;
        }
        List<ClusterTarget> targets =
                Services.configuration(() -> KubeContexts.resolve(config, meshdiag.environment()));
        Optional<FactPublisher> printer =
                dryRun ? Optional.of(new JsonLinesPublisher(terminal.out())) : Optional.empty();
        CollectorService service = new CollectorService(targets, collectors, config, printer);
        if (once) {
            Map<String, String> problems = service.once();
            problems.forEach((cluster, problem) -> terminal.err().println("meshdiag: " + cluster + ": " + problem));
            return problems.isEmpty() ? 0 : Meshdiag.BAD_INPUT;
        }
        meshdiag.logAsService();
        service.run(Services.address(config.httpAddress()));
        return 0;
    }

    private Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        if (kubeconfig != null) {
            options.put("kubeconfig", kubeconfig.toString());
        }
        if (!contexts.isEmpty()) {
            options.put("contexts", String.join(",", contexts));
        }
        return options;
    }
}
