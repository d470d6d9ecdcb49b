package io.meshdiag.standalone.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.Clients;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import io.meshdiag.collector.cluster.config.KubeContexts;
import io.meshdiag.standalone.bench.LiveBenchmark;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag bench-live}. */
@Command(
        name = "bench-live",
        description = {
            "Measure the collector of a live cluster: memory, CPU, bytes, delays. Linux and a JDK only.",
            "Fills a cluster that is made for tests with the objects of a simulated one, serves its pods on this machine's loopback, where"
                    + " its API server must run too, and deletes everything in the end."
        },
        footerHeading = "%nExample:%n",
        footer = {"  meshdiag bench-live --context test"})
final class BenchLiveCommand implements Callable<Integer> {
    @ParentCommand
    private Meshdiag meshdiag;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Default: KUBECONFIG, then ~/.kube/config.")
    private Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            required = true,
            description = "Context of the kubeconfig, with all rights on a cluster that is made for tests.")
    private String context;

    @Option(names = "--services", defaultValue = "2000", description = "Default: ${DEFAULT-VALUE}.")
    private int services;

    @Option(names = "--pods", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
    private int pods;

    @Option(names = "--proxies", defaultValue = "2000", description = "Pods with a proxy. Default: ${DEFAULT-VALUE}.")
    private int proxies;

    @Option(
            names = "--quiet",
            paramLabel = "DURATION",
            defaultValue = "PT10M",
            description = "How long nothing changes: facts are refreshed every ten minutes. Default: ${DEFAULT-VALUE}.")
    private Duration quiet;

    @Option(
            names = "--jvm-option",
            paramLabel = "OPTION",
            description = "One more option for the collector's JVM; may be repeated.")
    private List<String> jvmOptions = List.of();

    @Override
    public Integer call() throws Exception {
        LiveBenchmark.Plan plan = Services.configuration(
                () -> new LiveBenchmark.Plan(services, pods, proxies, quiet, List.copyOf(jvmOptions)));
        Map<String, String> options = new HashMap<>(Map.of("contexts", context));
        List<String> arguments = new ArrayList<>(List.of("--context", context));
        if (kubeconfig != null) {
            options.put("kubeconfig", kubeconfig.toString());
            arguments.addAll(List.of("--kubeconfig", kubeconfig.toString()));
        }
        ClusterTarget target = Services.configuration(() -> {
            CollectorConfig config = CollectorSettings.read(options, meshdiag.environment(), null, false);
            return KubeContexts.resolve(config, meshdiag.environment()).get(0);
        });
        PrintWriter out = meshdiag.terminal().out();
        out.printf("%,d Services, %,d pods, %,d proxies; %s without a change%n", services, pods, proxies, quiet);
        Benchmarks.machine(out);
        try (KubernetesClient client = Clients.of(target.client(), "bench")) {
            new LiveBenchmark(plan, client, arguments, meshdiag.stopwatch(), row -> out.println(Benchmarks.line(row)))
                    .run();
        }
        return 0;
    }
}
