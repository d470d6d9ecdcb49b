package io.meshdiag.sink.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the store is and who we are to it.
 *
 * @param hosts nodes; one that fails is left out until it is back
 * @param apiKey base64 of id:key, as Elasticsearch shows it under {@code encoded}; wins over user and password
 * @param caFile PEM with the certificates that the store's certificate must lead to; empty: those of the JVM
 * @param insecure accept any certificate and send credentials over plain HTTP
 */
public record StoreConfig(
        List<URI> hosts, Secret apiKey, String user, Secret password, Optional<Path> caFile, boolean insecure) {
    /** No credentials and no TLS: for a store on loopback. */
    public static StoreConfig plain(URI... hosts) {
        return new StoreConfig(List.of(hosts), Secret.NONE, "", Secret.NONE, Optional.empty(), false);
    }

    /** True when requests carry credentials. */
    public boolean authenticates() {
        return apiKey.present() || !user.isEmpty();
    }
}
