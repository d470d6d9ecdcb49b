package io.meshdiag.standalone.live;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What is secret in clusters, word by word: private keys line by line, tokens, passwords. None of it may ever be found anywhere else. */
final class Canaries {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END");
    private static final Pattern CREDENTIAL =
            Pattern.compile("(?m)^\\s*\"?(?:token|client-key-data|password)\"?:\\s*\"?([^\\s\",]{16,})");

    private final Set<String> words = new TreeSet<>();

    private Canaries() {}

    /** Of all Secrets of these clusters, and of the collector's own way in. */
    static Canaries of(TwoClusters clusters, String... contexts) {
        Canaries canaries = new Canaries();
        for (String context : contexts) {
            KubernetesClient client = clusters.admin(context);
            client.secrets().inAnyNamespace().list().getItems().forEach(canaries::add);
            Stream.of(
                            client.getConfiguration().getOauthToken(),
                            client.getConfiguration().getClientKeyData())
                    .filter(secret -> secret != null && secret.length() >= 16)
                    .forEach(canaries.words::add);
        }
        return canaries;
    }

    private void add(Secret secret) {
        if (secret.getData() != null) {
            secret.getData().forEach((name, value) -> {
                String text = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
                PRIVATE_KEY
                        .matcher(text)
                        .results()
                        .flatMap(key -> key.group(1).lines())
                        .filter(line -> line.length() >= 40)
                        .forEach(words::add);
                Matcher credential = CREDENTIAL.matcher(text);
                while (credential.find()) {
                    words.add(credential.group(1));
                }
                if (name.equals("token")) {
                    words.add(text);
                }
            });
        }
    }

    int count() {
        return words.size();
    }

    /** How many of them are in a text; the secrets themselves do not belong into a test's report either. */
    long in(String text) {
        return words.stream().filter(text::contains).count();
    }

    /** Topics whose records hold any of them, in keys, values or headers, as bytes. */
    Set<String> onTopics(String bootstrapServers) {
        Set<String> found = new HashSet<>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Set<TopicPartition> all = consumer.listTopics().values().stream()
                    .flatMap(partitions -> partitions.stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .collect(Collectors.toSet());
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> end = consumer.endOffsets(all);
            while (end.entrySet().stream().anyMatch(each -> consumer.position(each.getKey()) < each.getValue())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> {
                    if (in(text(record.key()) + text(record.value()) + record.headers()) > 0) {
                        found.add(record.topic());
                    }
                });
            }
        }
        return found;
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
