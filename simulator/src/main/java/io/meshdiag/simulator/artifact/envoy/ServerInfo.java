package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import java.io.IOException;

/** /server_info. */
public final class ServerInfo extends JsonPage {
    private final ProxyView view;

    public ServerInfo(ProxyView view) {
        super(view.folder() + "server_info", true);
        this.view = view;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writePOJO(Tree.of(
                "version",
                "8f0aff80ec7d37f06ab3cbf2d0d8dfa9c4d6a3b1/1.36.3-dev/Clean/RELEASE/BoringSSL",
                "state",
                "LIVE",
                "hot_restart_version",
                "disabled",
                "command_line_options",
                Tree.of("concurrency", 2, "drain_time", "45s"),
                "node",
                Bootstrap.node(view),
                "uptime_current_epoch",
                73 * 3600 + "s",
                "uptime_all_epochs",
                73 * 3600 + "s"));
    }
}
