package io.meshdiag.registry;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * TLS towards the registry from {@code schema.registry.ssl.*}: Kafka's own settings with a prefix, read by Kafka's own code, so that JKS,
 * PKCS12 and PEM stores work as they do for brokers.
 */
final class RegistryTls {
    private static final String PREFIX = RegistryConfig.PREFIX + "ssl.";

    private RegistryTls() {}

    /** Empty when nothing is configured: the JVM's certificate authorities then. */
    static Optional<SSLContext> from(Map<String, ?> config) {
        Map<String, Object> ssl = config.entrySet().stream()
                .filter(e -> e.getKey().startsWith(PREFIX) && e.getValue() != null)
                .collect(Collectors.toMap(
                        e -> e.getKey().substring(RegistryConfig.PREFIX.length()), Map.Entry::getValue));
        if (ssl.isEmpty()) {
            return Optional.empty();
        }
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(new AbstractConfig(new ConfigDef().withClientSslSupport(), ssl, false).values());
            return Optional.of(factory.sslContext());
        } catch (ConfigException e) {
            throw e;
        } catch (KafkaException e) {
            ConfigException wrong = new ConfigException("the stores of " + PREFIX
                    + "truststore.* and " + PREFIX + "keystore.* cannot be loaded; check location, type and password ("
                    + e.getMessage() + ")");
            wrong.initCause(e);
            throw wrong;
        }
    }
}
