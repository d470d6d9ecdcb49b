package io.meshdiag.sink.store;

import io.meshdiag.sink.config.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.ssl.SSLContexts;

/** Which certificates of the store are believed: those below the given CA, or all of them where the operator said so. */
record StoreTls(SSLContext context, boolean anyHost) {
    /**
     * Empty when the JVM's own trust is what is wanted.
     *
     * @throws IllegalArgumentException when the CA file holds no certificates
     */
    static Optional<StoreTls> of(StoreConfig config) {
        try {
            if (config.insecure()) {
                return Optional.of(new StoreTls(
                        SSLContexts.custom()
                                .loadTrustMaterial((chain, type) -> true)
                                .build(),
                        true));
            }
            if (config.caFile().isEmpty()) {
                return Optional.empty();
            }
            KeyStore trusted = certificates(config.caFile().get());
            return Optional.of(new StoreTls(
                    SSLContexts.custom().loadTrustMaterial(trusted, null).build(), false));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "MESHDIAG_STORE_CA_FILE "
                            + config.caFile().map(Path::toString).orElse("") + " cannot be used: " + e.getMessage()
                            + "; it must hold certificates in PEM",
                    e);
        }
    }

    private static KeyStore certificates(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            if (number == 0) {
                throw new IOException("no certificate in it");
            }
        }
        return store;
    }

    HttpAsyncClientBuilder apply(HttpAsyncClientBuilder builder) {
        builder.setSSLContext(context);
        return anyHost ? builder.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE) : builder;
    }
}
