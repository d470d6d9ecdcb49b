package io.meshdiag.serde;

import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import org.junit.jupiter.api.AfterEach;

/** Confluent's client takes our registry for one of its own. */
class ConfluentCompatibilityTest extends ConfluentContract {
    private final RegistryServer server = RegistryServer.start(new InProcessRegistry());

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    String url() {
        return server.url().toString();
    }
}
