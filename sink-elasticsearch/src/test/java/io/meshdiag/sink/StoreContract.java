package io.meshdiag.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.harness.ForwardingProxy;
import io.meshdiag.sink.harness.Kafka;
import io.meshdiag.sink.harness.Pipeline;
import io.meshdiag.sink.harness.RunningSink;
import io.meshdiag.sink.harness.StoreProcess;
import io.meshdiag.sink.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds for every store, with the real server, a real broker and real topics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
    static final Duration SOON = Duration.ofSeconds(30);

    StoreProcess server;
    Store store;
    Kafka kafka;
    RegistryServer registry;

    abstract StoreProcess startServer() throws IOException;

    @BeforeAll
    void startEverything() throws Exception {
        server = startServer();
        store = server.client();
        kafka = Kafka.start();
        registry = RegistryServer.start(InProcessRegistry.named(getClass().getSimpleName()));
    }

    @AfterAll
    void stopEverything() throws IOException {
        registry.close();
        kafka.close();
        store.close();
        server.close();
    }

    Pipeline pipeline(String name) throws Exception {
        return new Pipeline(kafka, registry.url().toString(), name);
    }

    @Test
    void aFindingBecomesItsCurrentDocumentAndOneOfTheHistory() throws Exception {
        try (Pipeline pipeline = pipeline("golden");
                RunningSink sink = pipeline.sink(server.uri())) {
            pipeline.publish(Findings.finding("mf1-a", 1).build());

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(pipeline.versions(store, "findings")).isEqualTo(Map.of("mf1-a", 1L));
                assertThat(pipeline.versions(store, "finding-history").keySet()).containsExactly("mf1-a:1");
            });
            assertThat(source("golden-findings/_doc/mf1-a")).isEqualTo(golden("current.json"));
            assertThat(source("golden-finding-history-2026.11/_doc/mf1-a:1")).isEqualTo(golden("history.json"));
            assertThat(sink.get("/readyz").statusCode()).isEqualTo(200);
            // Counted when the store's answer has come, which may be after the documents can be read.
            await().atMost(SOON).until(() -> sink.get("/metrics").body().contains("meshdiag_sink_documents_total 2.0"));
        }
    }

    @Test
    void whatPeopleAskForCanBeSearched() throws Exception {
        try (Pipeline pipeline = pipeline("search");
                RunningSink sink = pipeline.sink(server.uri())) {
            pipeline.publish(Findings.finding("mf1-a", 1).build());
            await().atMost(SOON)
                    .until(() -> pipeline.versions(store, "findings").size() == 1);

            assertThat(hits("search-findings", "meshdiag.state:active AND meshdiag.relation:root"))
                    .isEqualTo(1);
            assertThat(hits("search-findings", "labels.team.name:shop")).isEqualTo(1);
            assertThat(hits("search-findings", "meshdiag.pair.from:west")).isEqualTo(1);
            assertThat(hits("search-findings", "message:secret")).isEqualTo(1);
            assertThat(hits("search-findings", "meshdiag.pair.from:east")).isZero();
            assertThat(sink.unreadyReason()).isEmpty();
        }
    }

    @Test
    void aReplayFromTheBeginningChangesNothing() throws Exception {
        try (Pipeline pipeline = pipeline("replay")) {
            for (int id = 0; id < 50; id++) {
                for (int revision = 1; revision <= 4; revision++) {
                    pipeline.publish(Findings.finding("mf1-" + id, revision).build());
                }
            }
            deliverAll(pipeline);
            Map<String, Long> current = pipeline.versions(store, "findings");
            Map<String, Long> history = pipeline.versions(store, "finding-history");

            pipeline.rewind();
            deliverAll(pipeline);

            assertThat(current).hasSize(50).allSatisfy((id, version) -> assertThat(version)
                    .isEqualTo(4));
            assertThat(history).hasSize(200);
            assertThat(pipeline.versions(store, "findings")).isEqualTo(current);
            assertThat(pipeline.versions(store, "finding-history")).isEqualTo(history);
            assertThat(pipeline.deadLetterRecords()).isEmpty();
        }
    }

    @Test
    void aTombstoneDeletesTheCurrentDocumentAndKeepsTheHistory() throws Exception {
        try (Pipeline pipeline = pipeline("tombstone")) {
            pipeline.publish(Findings.finding("mf1-gone", 7).build());
            pipeline.publish(Findings.finding("mf1-stays", 7).build());
            pipeline.send(Topics.FINDINGS, "mf1-gone".getBytes(StandardCharsets.UTF_8), null);

            deliverAll(pipeline);
            pipeline.rewind();
            deliverAll(pipeline);

            assertThat(pipeline.versions(store, "findings")).isEqualTo(Map.of("mf1-stays", 7L));
            assertThat(pipeline.versions(store, "finding-history").keySet())
                    .containsExactly("mf1-gone:7", "mf1-stays:7");
        }
    }

    @Test
    void aMappingConflictPutsOneDocumentAsideAndIndexesTheRest() throws Exception {
        // Given an index in which somebody took networks for numbers
        try (Pipeline pipeline = pipeline("conflict")) {
            String index = """
                    {"aliases": {"conflict-findings": {}},
                     "mappings": {"dynamic": false, "properties": {
                       "event": {"properties": {"id": {"type": "keyword"}, "sequence": {"type": "long"}}},
                       "meshdiag": {"properties": {"network": {"type": "long"}}}}}}
                    """;
            assertThat(store.request("PUT", "/conflict-findings-v1", index).ok())
                    .isTrue();
            pipeline.publish(
                    finding("mf1-bad", 1).setScope(scope("the-secret-network")).build());
            for (int i = 0; i < 20; i++) {
                pipeline.publish(finding("mf1-" + i, 1).setScope(scope("4711")).build());
            }

            // When
            try (RunningSink sink = pipeline.sink(server.uri(), "MESHDIAG_SINK_SETUP", "false")) {
                await().atMost(SOON).until(() -> pipeline.uncommitted() == 0);
                assertThat(sink.get("/metrics").body())
                        .contains("meshdiag_sink_refused_total{reason=\"REFUSED_BY_STORE\"} 1.0");
            }

            // Then
            assertThat(pipeline.versions(store, "findings")).hasSize(20).doesNotContainKey("mf1-bad");
            List<DeadLetter> letters = pipeline.deadLetters();
            assertThat(letters).hasSize(1);
            assertThat(letters.get(0).getReason()).isEqualTo(DeadLetterReason.REFUSED_BY_STORE);
            assertThat(letters.get(0).getDetail()).contains("meshdiag.network").doesNotContain("the-secret-network");
            assertThat(pipeline.deadLetterRecords().get(0).key()).isEqualTo("mf1-bad".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aReadOnlyIndexIsWaitedFor() throws Exception {
        try (Pipeline pipeline = pipeline("readonly");
                RunningSink sink = pipeline.sink(server.uri())) {
            pipeline.publish(Findings.finding("mf1-a", 1).build());
            await().atMost(SOON)
                    .until(() -> pipeline.versions(store, "findings").size() == 1);

            store.request("PUT", "/readonly-findings-v1/_settings", "{\"index.blocks.read_only_allow_delete\":true}");
            pipeline.publish(Findings.finding("mf1-b", 1).build());
            await().atMost(SOON).until(() -> sink.get("/readyz").statusCode() == 503);
            assertThat(sink.unreadyReason()).isEqualTo("cluster_block_exception");
            assertThat(sink.get("/healthz").statusCode()).isEqualTo(200);

            store.request("PUT", "/readonly-findings-v1/_settings", "{\"index.blocks.read_only_allow_delete\":null}");

            await().atMost(SOON)
                    .until(() -> pipeline.versions(store, "findings").size() == 2);
            await().atMost(SOON).until(() -> sink.get("/readyz").statusCode() == 200);
            assertThat(pipeline.deadLetterRecords()).isEmpty();
        }
    }

    @Test
    void recordsThatCannotBeReadArePutAsideWithTheirReason() throws Exception {
        try (Pipeline pipeline = pipeline("unreadable")) {
            pipeline.send(Topics.FINDINGS, bytes("mf1-x"), bytes("not framed"));
            pipeline.publish(Topics.FINDINGS, "another-key", finding("mf1-y", 1).build());
            pipeline.publish(finding("mf1-good", 1).build());

            deliverAll(pipeline);

            assertThat(pipeline.versions(store, "findings")).isEqualTo(Map.of("mf1-good", 1L));
            assertThat(pipeline.deadLetters())
                    .extracting(DeadLetter::getReason)
                    .containsExactlyInAnyOrder(DeadLetterReason.NOT_FRAMED, DeadLetterReason.BAD_KEY);
        }
    }

    @Test
    void recordsWaitInKafkaWhileTheRegistryIsAway() throws Exception {
        try (ForwardingProxy proxy = ForwardingProxy.to(registry.url());
                Pipeline pipeline = pipeline("registry")) {
            pipeline.publish(finding("mf1-a", 1).build());
            pipeline.flush();
            proxy.refuse(true);
            try (RunningSink sink = pipeline.sink(server.uri(), "MESHDIAG_SCHEMA_REGISTRY_URL", proxy.url())) {
                await().atMost(SOON).until(() -> sink.unreadyReason().contains("registry"));
                assertThat(pipeline.uncommitted()).isEqualTo(2);

                proxy.refuse(false);

                await().atMost(SOON).until(() -> pipeline.uncommitted() == 0);
                assertThat(pipeline.versions(store, "findings")).isEqualTo(Map.of("mf1-a", 1L));
                assertThat(pipeline.deadLetterRecords()).isEmpty();
            }
        }
    }

    @Test
    void factsAreIndexedWhereThatIsSwitchedOn() throws Exception {
        try (Pipeline pipeline = pipeline("facts");
                RunningSink sink = pipeline.sink(server.uri(), "MESHDIAG_SINK_INDEX", "findings,proxy-status")) {
            pipeline.publish(
                    Topics.PROXY_STATUS, "mesh1/east@uid/proxy-status/shop/web-1/istiod", proxyStatus("web-1"));
            pipeline.publish(
                    Topics.PROXY_STATUS, "mesh1/east@uid/proxy-status/shop/web-2/istiod", proxyStatus("web-2"));
            await().atMost(SOON).until(() -> refreshedHits("facts-proxy-status", "meshdiag.proxy.synced:true") == 2);

            pipeline.publish(Topics.PROXY_STATUS, "mesh1/east@uid/proxy-status/shop/web-2/istiod", null);

            await().atMost(SOON).until(() -> refreshedHits("facts-proxy-status", "*:*") == 1);
            assertThat(sink.unreadyReason()).isEmpty();
        }
    }

    private long refreshedHits(String index, String query) throws IOException {
        store.request("POST", "/" + index + "/_refresh", null);
        return hits(index, query);
    }

    private static ProxyStatus proxyStatus(String name) {
        return ProxyStatus.newBuilder()
                .setHeader(FactHeader.newBuilder()
                        .setMeshId("mesh1")
                        .setClusterId("east")
                        .setClusterUid("uid")
                        .setObserver("collector")
                        .setObservedAt(Findings.SEEN)
                        .setSource("istiod:/debug/syncz")
                        .setContentHash("0")
                        .build())
                .setNamespace("shop")
                .setName(name)
                .setIstiod("istiod")
                .setXds(List.of())
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void deliverAll(Pipeline pipeline) throws Exception {
        pipeline.flush();
        try (RunningSink sink = pipeline.sink(server.uri())) {
            await().atMost(SOON).until(() -> pipeline.uncommitted() == 0);
            assertThat(sink.unreadyReason()).isEmpty();
        }
    }

    private static Finding.Builder finding(String id, long revision) {
        return Findings.finding(id, revision);
    }

    private static Scope scope(String network) {
        return Scope.newBuilder(Findings.finding("x", 1).build().getScope())
                .setNetwork(network)
                .build();
    }

    private long hits(String index, String query) throws IOException {
        String json = "{\"query\":{\"query_string\":{\"query\":\"" + query + "\"}}}";
        return store.request("POST", "/" + index + "/_count", json)
                .json()
                .path("count")
                .asLong(-1);
    }

    private JsonNode source(String path) throws IOException {
        return store.request("GET", "/" + path, null).json().path("_source");
    }

    private static JsonNode golden(String file) throws IOException {
        try (InputStream in = StoreContract.class.getResourceAsStream("golden/" + file)) {
            return new ObjectMapper().readTree(in);
        }
    }
}
