package io.meshdiag.sink.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class FactDocumentTest {
    private static final Instant AT = Instant.parse("2026-11-20T08:00:00Z");
    private static final FactHeader HEADER = FactHeader.newBuilder()
            .setMeshId("mesh1")
            .setClusterId("east")
            .setClusterUid("uid-east")
            .setObserver("collector")
            .setObservedAt(AT)
            .setSource("istiod:/debug/syncz")
            .setContentHash("0")
            .build();

    @Test
    void aProxySaysWhichTypesAreNotInSync() {
        JsonNode document = document(ProxyStatus.newBuilder()
                .setHeader(HEADER)
                .setNamespace("shop")
                .setName("web-1")
                .setIstiod("istiod-7d9")
                .setIstioVersion("1.27.1")
                .setXds(List.of(xds("CDS", XdsSyncState.SYNCED), xds("EDS", XdsSyncState.STALE)))
                .build());

        assertThat(document.at("/@timestamp").asText()).isEqualTo("2026-11-20T08:00:00Z");
        assertThat(document.at("/orchestrator/cluster/name").asText()).isEqualTo("east");
        assertThat(document.at("/meshdiag/proxy/synced").asBoolean()).isFalse();
        assertThat(document.at("/meshdiag/proxy/not_synced")).hasToString("[\"EDS:stale\"]");
        assertThat(document.at("/meshdiag/proxy").has("network")).isFalse();
    }

    @Test
    void aHeartbeatSaysHowMuchCouldBeSeen() {
        JsonNode document = document(Heartbeat.newBuilder()
                .setHeader(HEADER)
                .setCollector("collector-1")
                .setVersion("0.1.0")
                .setMode(CollectorMode.CLUSTER)
                .setIntervalSeconds(30)
                .setSources(List.of(
                        source("kubernetes/services", SourceState.OK), source("istiod/syncz", SourceState.FORBIDDEN)))
                .setSubjects(List.of())
                .build());

        assertThat(document.at("/meshdiag/collector/sources").asInt()).isEqualTo(2);
        assertThat(document.at("/meshdiag/collector/sources_ok").asInt()).isEqualTo(1);
        assertThat(document.at("/meshdiag/collector/not_ok")).hasToString("[\"istiod/syncz:forbidden\"]");
    }

    @Test
    void eventsKeepTheirOwnCountAndTimes() {
        JsonNode cni = document(CniEvent.newBuilder()
                .setHeader(HEADER)
                .setKind(CniEventKind.REPAIR_FAILED)
                .setNode("node-1")
                .setPod("shop/web-1")
                .setSignature("cannot label pod")
                .setMessage("cannot label pod shop/web-1")
                .setCount(3)
                .setFirstAt(AT)
                .setLastAt(AT.plusSeconds(60))
                .build());
        JsonNode webhook = document(WebhookError.newBuilder()
                .setHeader(HEADER)
                .setWebhook("namespace.sidecar-injector.istio.io")
                .setErrorClass(WebhookErrorClass.TIMEOUT)
                .setOperation("inject")
                .setObjectKind("ReplicaSet")
                .setObjectNamespace("shop")
                .setObjectName("web-6c9")
                .setMessage("context deadline exceeded")
                .setCount(2)
                .setFirstAt(AT)
                .setLastAt(AT)
                .build());

        assertThat(cni.at("/meshdiag/cni/kind").asText()).isEqualTo("repair_failed");
        assertThat(cni.at("/meshdiag/count").asInt()).isEqualTo(3);
        assertThat(cni.at("/event/end").asText()).isEqualTo("2026-11-20T08:01:00Z");
        assertThat(webhook.at("/meshdiag/webhook/error_class").asText()).isEqualTo("timeout");
        assertThat(webhook.at("/meshdiag/webhook").has("service_name")).isFalse();
    }

    @Test
    void aKeyThatIsTooLongForAnIdIsHashed() {
        assertThat(FactDocument.id("mesh/east@12345678/proxy-status/shop/web-1"))
                .isEqualTo("mesh/east@12345678/proxy-status/shop/web-1");
        assertThat(FactDocument.id("x".repeat(513))).hasSize(64);
    }

    private static JsonNode document(SpecificRecord fact) {
        return FactDocument.of(fact).orElseThrow().json();
    }

    private static XdsStatus xds(String type, XdsSyncState state) {
        return XdsStatus.newBuilder().setType(type).setState(state).build();
    }

    private static SourceCoverage source(String name, SourceState state) {
        return SourceCoverage.newBuilder()
                .setSource(name)
                .setState(state)
                .setDetail("")
                .setRead(0)
                .setExpected(1)
                .build();
    }
}
