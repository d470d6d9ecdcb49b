package io.meshdiag.standalone.cli;

import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.standalone.service.ProcessorService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag processor}. */
@Command(
        name = "processor",
        description = {
            "Run the streams processor until SIGTERM; then it finishes what is under way and ends with 0.",
            "Configured by the environment (docs/compose.md). MESHDIAG_HTTP_ADDRESS serves /healthz, /readyz and /metrics."
        })
final class ProcessorCommand implements Callable<Integer> {
    @ParentCommand
    private Meshdiag meshdiag;

    @Override
    public Integer call() throws Exception {
        ProcessorConfig config = Services.configuration(() -> ProcessorConfig.from(meshdiag.environment()));
        Catalogue rules = Services.rules(config.rulesFile());
        meshdiag.logAsService();
        return new ProcessorService(config, rules, Services.httpAddress(meshdiag.environment())).run()
                ? 0
                : Meshdiag.FAILED;
    }
}
