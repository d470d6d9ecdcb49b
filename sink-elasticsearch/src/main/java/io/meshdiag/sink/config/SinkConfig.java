package io.meshdiag.sink.config;

import io.meshdiag.schema.Topics;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * All settings of the sink. The README's table says what each means; a test holds the table against this record.
 *
 * @param brokers Kafka's bootstrap servers
 * @param kafka further settings of Kafka's clients and of the registry's (TLS, SASL), from a properties file
 * @param index topics (without prefix) to index
 * @param batchBytes largest bulk request, and with {@code inFlight} the bound of memory: (inFlight + 2) × batchBytes of documents are held
 * @param linger longest wait for a batch to fill
 */
public record SinkConfig(
        String brokers,
        String registryUrl,
        Map<String, String> kafka,
        String topicPrefix,
        String group,
        List<String> index,
        StoreConfig store,
        String indexPrefix,
        int batchDocs,
        int batchBytes,
        int inFlight,
        Duration linger,
        boolean setup,
        int retentionDays,
        String httpAddress) {
    /** Topics that can be indexed. */
    public static final Set<String> INDEXABLE = Set.of(
            Topics.FINDINGS,
            Topics.FINDING_TRANSITIONS,
            Topics.PROXY_STATUS,
            Topics.HEARTBEATS,
            Topics.CNI_EVENTS,
            Topics.WEBHOOK_ERRORS);

    private static final int MIB = 1024 * 1024;

    /**
     * Reads the environment; only {@code MESHDIAG_…} variables are looked at.
     *
     * @throws ConfigException with everything that is wrong
     */
    public static SinkConfig from(Map<String, String> env) {
        EnvReader read = new EnvReader(env);
        SinkConfig config = read(read);
        read.done();
        return config;
    }

    /** Names without {@code MESHDIAG_}, with their defaults; null where a value is required. */
    static Map<String, String> settings() {
        EnvReader read = new EnvReader(Map.of());
        read(read);
        return read.known();
    }

    private static SinkConfig read(EnvReader read) {
        return new SinkConfig(
                read.required("BROKERS"),
                read.required("REGISTRY_URL"),
                properties(read, "KAFKA_PROPERTIES_FILE"),
                read.text("TOPIC_PREFIX", Topics.DEFAULT_PREFIX),
                read.text("GROUP", "meshdiag-sink"),
                topics(read, "INDEX"),
                store(read),
                indexPrefix(read, "INDEX_PREFIX"),
                read.number("BATCH_DOCS", 2_000, 1, 100_000),
                read.number("BATCH_BYTES", 5 * MIB, 1_024, 100 * MIB),
                read.number("IN_FLIGHT", 2, 1, 16),
                read.duration("LINGER", "PT0.2S"),
                read.flag("SETUP", true),
                read.number("RETENTION_DAYS", 90, 1, 3_650),
                address(read, "HTTP_ADDRESS"));
    }

    private static StoreConfig store(EnvReader read) {
        List<URI> hosts = new ArrayList<>();
        for (String host : read.requiredList("STORE_HOSTS")) {
            if (host.matches("https?://[^/?#@]+/?")) {
                hosts.add(URI.create(host));
            } else {
                read.problem("STORE_HOSTS", "has '" + host + "'; write https://host:port, several separated by commas");
            }
        }
        Secret apiKey = read.secret("STORE_API_KEY");
        String user = read.text("STORE_USER", "");
        Secret password = read.secret("STORE_PASSWORD");
        if (user.isEmpty() == password.present()) {
            read.problem("STORE_USER", "and MESHDIAG_STORE_PASSWORD belong together; set both or none");
        }
        String caFile = read.text("STORE_CA_FILE", "");
        if (!caFile.isEmpty() && !Files.isReadable(Path.of(caFile))) {
            read.problem("STORE_CA_FILE", "is '" + caFile + "', which cannot be read");
        }
        boolean insecure = read.flag("STORE_INSECURE", false);
        StoreConfig store = new StoreConfig(
                hosts,
                apiKey,
                user,
                password,
                caFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(caFile)),
                insecure);
        if (store.authenticates() && !insecure && hosts.stream().anyMatch(SinkConfig::inTheClear)) {
            read.problem(
                    "STORE_HOSTS",
                    "would carry the credentials over plain HTTP; write https://, or set MESHDIAG_STORE_INSECURE=true to accept that");
        }
        return store;
    }

    private static boolean inTheClear(URI host) {
        return host.getScheme().equals("http")
                && !Set.of("localhost", "127.0.0.1", "[::1]").contains(host.getHost());
    }

    private static List<String> topics(EnvReader read, String name) {
        List<String> topics = read.list(name, Topics.FINDINGS + "," + Topics.FINDING_TRANSITIONS);
        for (String topic : topics) {
            if (!INDEXABLE.contains(topic)) {
                read.problem(name, "has '" + topic + "'; choose from " + String.join(", ", sorted(INDEXABLE)));
            }
        }
        return topics;
    }

    private static String indexPrefix(EnvReader read, String name) {
        String prefix = read.text(name, "meshdiag-");
        if (!prefix.matches("[a-z0-9][a-z0-9._-]*-")) {
            read.problem(name, "is '" + prefix + "'; write lower-case letters and digits that end with a hyphen");
        }
        return prefix;
    }

    private static String address(EnvReader read, String name) {
        String address = read.text(name, "127.0.0.1:9464");
        if (!address.matches("[^:/]+:\\d{1,5}") && !address.matches("\\[[0-9a-fA-F:]+]:\\d{1,5}")) {
            read.problem(name, "is '" + address + "'; write host:port");
        }
        return address;
    }

    private static Map<String, String> properties(EnvReader read, String name) {
        String file = read.text(name, "");
        Map<String, String> settings = new TreeMap<>();
        if (!file.isEmpty()) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(file))) {
                properties.load(reader);
                properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
            } catch (IOException | IllegalArgumentException e) {
                read.problem(name, "is '" + file + "', which cannot be read as properties");
            }
        }
        return settings;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** The effective configuration for the log: of Kafka's further settings only the names, because some of them are secrets. */
    @Override
    public String toString() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("brokers", brokers);
        shown.put("registry_url", registryUrl.replaceAll("//[^/@]*@", "//****@"));
        shown.put("kafka_properties", kafka.keySet());
        shown.put("topic_prefix", topicPrefix);
        shown.put("group", group);
        shown.put("index", index);
        shown.put("store", store);
        shown.put("index_prefix", indexPrefix);
        shown.put("batch", String.format(Locale.ROOT, "%d documents, %d bytes, %s", batchDocs, batchBytes, linger));
        shown.put("in_flight", inFlight);
        shown.put("setup", setup);
        shown.put("retention_days", retentionDays);
        shown.put("http_address", httpAddress);
        return shown.toString();
    }
}
