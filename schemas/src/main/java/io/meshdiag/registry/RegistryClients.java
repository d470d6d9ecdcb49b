package io.meshdiag.registry;

import java.util.Map;

/** Opens the registry that a configuration names. */
public final class RegistryClients {
    private RegistryClients() {}

    /**
     * The registry behind {@code schema.registry.url}: {@code memory://<name>} is the {@link InProcessRegistry} of that name, everything else
     * speaks HTTP and caches.
     *
     * @throws org.apache.kafka.common.config.ConfigException saying which setting is wrong
     */
    public static RegistryClient open(Map<String, ?> config) {
        Object url = config.get(RegistryConfig.URL);
        if (url != null && url.toString().startsWith(InProcessRegistry.SCHEME)) {
            return InProcessRegistry.named(url.toString().substring(InProcessRegistry.SCHEME.length()));
        }
        return new CachingRegistryClient(new HttpRegistryClient(RegistryConfig.from(config)));
    }
}
