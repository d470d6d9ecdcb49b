package io.meshdiag.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;

/**
 * How the registry is reached, from Confluent's settings. Each is also understood with the prefix {@code schema.registry.}.
 *
 * @param urls {@code schema.registry.url}, comma-separated; tried in turn
 * @param authorization value of the Authorization header; never logged
 * @param tls from {@code schema.registry.ssl.*}; empty = the JVM's own
 * @param connectTimeout {@code http.connect.timeout.ms}
 * @param readTimeout {@code http.read.timeout.ms}: from the request to the end of the answer
 * @param retries {@code max.retries}: rounds over all URLs after the first
 * @param retryWait {@code retries.wait.ms}: upper limit of the first wait; doubles
 * @param retryMaxWait {@code retries.max.wait.ms}: upper limit of every wait
 */
public record RegistryConfig(
        List<URI> urls,
        Optional<String> authorization,
        Optional<SSLContext> tls,
        Duration connectTimeout,
        Duration readTimeout,
        int retries,
        Duration retryWait,
        Duration retryMaxWait) {
    /** Base URLs, or {@code memory://<name>}. */
    public static final String URL = "schema.registry.url";

    static final String PREFIX = "schema.registry.";
    static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
    static final String USER_INFO = "basic.auth.user.info";

    /**
     * Reads the settings.
     *
     * @throws ConfigException saying which setting is wrong, without its value where that is secret
     */
    public static RegistryConfig from(Map<String, ?> config) {
        Object given = config.get(URL);
        if (given == null || given.toString().isBlank()) {
            throw new ConfigException(URL + " is not set; give the base URL of a schema registry, or memory://<name>");
        }
        List<URI> withUser = Stream.of((given instanceof List<?> l ? join(l) : given.toString()).split(","))
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .map(RegistryConfig::uri)
                .toList();
        return new RegistryConfig(
                withUser.stream().map(RegistryConfig::withoutUser).toList(),
                credentials(config, withUser).map(RegistryConfig::basic),
                RegistryTls.from(config),
                millis(config, "http.connect.timeout.ms", 5_000),
                millis(config, "http.read.timeout.ms", 10_000),
                (int) number(config, "max.retries", 3),
                millis(config, "retries.wait.ms", 200),
                millis(config, "retries.max.wait.ms", 5_000));
    }

    /** The record's own would show the Authorization header. */
    @Override
    public String toString() {
        return "RegistryConfig" + urls;
    }

    private static Optional<String> credentials(Map<String, ?> config, List<URI> urls) {
        String source = text(config, CREDENTIALS_SOURCE).orElse("URL").toUpperCase(Locale.ROOT);
        return switch (source) {
            case "URL" ->
                urls.stream()
                        .map(URI::getUserInfo)
                        .filter(info -> info != null && !info.isEmpty())
                        .findFirst();
            case "USER_INFO" ->
                Optional.of(text(config, USER_INFO)
                        .filter(info -> info.contains(":"))
                        .orElseThrow(() -> new ConfigException(
                                CREDENTIALS_SOURCE + "=USER_INFO needs " + USER_INFO + "=<user>:<password>")));
            default -> throw new ConfigException(CREDENTIALS_SOURCE, source, "give URL or USER_INFO");
        };
    }

    private static String basic(String userInfo) {
        return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    private static String join(List<?> list) {
        List<String> texts = new ArrayList<>();
        list.forEach(o -> texts.add(o.toString()));
        return String.join(",", texts);
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below, without the text: it may hold a password.
        }
        throw new ConfigException(URL + " holds something that is not http(s)://host[:port][/path]");
    }

    private static URI withoutUser(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
    }

    private static Optional<String> text(Map<String, ?> config, String name) {
        Object value = config.get(PREFIX + name);
        return Optional.ofNullable(value == null ? config.get(name) : value)
                .map(v -> v instanceof org.apache.kafka.common.config.types.Password p ? p.value() : v.toString())
                .filter(s -> !s.isBlank());
    }

    private static Duration millis(Map<String, ?> config, String name, long otherwise) {
        return Duration.ofMillis(number(config, name, otherwise));
    }

    private static long number(Map<String, ?> config, String name, long otherwise) {
        Optional<String> value = text(config, name);
        try {
            long number = value.map(Long::parseLong).orElse(otherwise);
            if (number >= 0 && number <= Integer.MAX_VALUE) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new ConfigException(name, value.orElse(""), "give a whole number, 0 or more");
    }
}
