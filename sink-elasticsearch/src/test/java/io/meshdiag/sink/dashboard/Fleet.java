package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Forecast;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Transition;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.document.FactDocument;
import io.meshdiag.sink.document.FindingDocument;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.store.Store;
import io.meshdiag.sink.store.StoreResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * A fleet of east, west and north, as the sink indexes it. West does not trust east, and its endpoints of east are gone for that reason; north
 * has no secret for east; north's collector cannot read something.
 */
final class Fleet {
    private final Store store;
    private final Indices indices;
    private final Instant now;

    Fleet(Store store, Indices indices, Instant now) {
        this.store = store;
        this.indices = indices;
        this.now = now;
    }

    void index() throws IOException {
        current(finding("mf1-trust", "TRU-01", Severity.CRITICAL, DetectionState.ACTIVE, Relation.ROOT)
                .setScope(pair("west", "east"))
                .setIncidentId("mf1-trust#1"));
        current(finding("mf1-endpoints", "EPT-01", Severity.HIGH, DetectionState.ACTIVE, Relation.SYMPTOM)
                .setScope(pair("west", "east"))
                .setIncidentId("mf1-trust#1"));
        current(finding("mf1-rejected", "XDS-03", Severity.MEDIUM, DetectionState.ACTIVE, Relation.SYMPTOM)
                .setScope(clusters("west"))
                .setIncidentId("mf1-trust#1"));
        current(finding("mf1-secret", "RMT-01", Severity.HIGH, DetectionState.ACTIVE, Relation.INDEPENDENT)
                .setScope(pair("north", "east"))
                .setCoverage(Coverage.newBuilder()
                        .setComplete(false)
                        .setMissing(List.of("istiod/clusterz"))
                        .build()));
        current(finding("mf1-expiry", "TRU-02", Severity.LOW, DetectionState.RECOVERING, Relation.INDEPENDENT)
                .setScope(clusters("east"))
                .setForecast(Forecast.newBuilder()
                        .setHappensAt(now.plus(Duration.ofDays(5)))
                        .setConsequence("no workload gets a certificate")
                        .build()));
        current(finding("mf1-stale", "XDS-01", Severity.MEDIUM, DetectionState.UNKNOWN, Relation.INDEPENDENT)
                .setScope(clusters("north")));
        current(finding("mf1-young", "XDS-01", Severity.LOW, DetectionState.PENDING, Relation.INDEPENDENT)
                .setScope(clusters("east")));
        current(finding("mf1-mesh", "VER-01", Severity.INFO, DetectionState.PENDING, Relation.INDEPENDENT)
                .setScope(clusters()));
        current(finding("mf1-healed", "XDS-01", Severity.HIGH, DetectionState.RESOLVED, Relation.INDEPENDENT)
                .setScope(clusters("west")));

        past("mf1-trust", "TRU-01", Relation.ROOT, 1, Transition.OPENED, 0);
        past("mf1-endpoints", "EPT-01", Relation.SYMPTOM, 1, Transition.OPENED, 0);
        past("mf1-healed", "XDS-01", Relation.INDEPENDENT, 1, Transition.OPENED, 0);
        past("mf1-healed", "XDS-01", Relation.INDEPENDENT, 2, Transition.RESOLVED, 1);
        past("mf1-healed", "XDS-01", Relation.INDEPENDENT, 3, Transition.REOPENED, 2);
        past("mf1-healed", "XDS-01", Relation.INDEPENDENT, 4, Transition.RESOLVED, 2);

        heartbeat("east", CollectorMode.CLUSTER, now, SourceState.OK, SourceState.OK);
        heartbeat("west", CollectorMode.CLUSTER, now.minus(Duration.ofHours(1)), SourceState.OK, SourceState.OK);
        heartbeat("north", CollectorMode.ARCHIVE, now.minus(Duration.ofDays(2)), SourceState.OK, SourceState.FORBIDDEN);

        secret("east", "west", CredentialKind.TOKEN, now.plus(Duration.ofDays(3)));
        secret("west", "east", CredentialKind.CLIENT_CERTIFICATE, now.plus(Duration.ofDays(20)));
        secret("north", "west", CredentialKind.TOKEN, now.minus(Duration.ofDays(1)));
        secret("east", "north", CredentialKind.EXEC, null);
        store.request("POST", "/" + indices.prefix() + "*/_refresh", null);
    }

    private static Finding.Builder finding(
            String id, String rule, Severity severity, DetectionState state, Relation relation) {
        return Findings.finding(id, 1)
                .setRule(RuleRef.newBuilder()
                        .setId(rule)
                        .setName(rule)
                        .setFamily(rule.substring(0, 3))
                        .build())
                .setTitle("title of " + id)
                .setSeverity(severity)
                .setState(state)
                .setForecast(null)
                .setCoverage(Coverage.newBuilder().build())
                .setIncidentId(id + "#1")
                .setRootCause(RootCause.newBuilder()
                        .setRelation(relation)
                        .setFindingId(id)
                        .build());
    }

    private static Scope pair(String from, String to) {
        return Scope.newBuilder(clusters(List.of(from, to).stream().sorted().toArray(String[]::new)))
                .setPair(ClusterPair.newBuilder().setFrom(from).setTo(to).build())
                .build();
    }

    private static Scope clusters(String... clusters) {
        return Scope.newBuilder()
                .setMesh("mesh1")
                .setClusters(List.of(clusters))
                .build();
    }

    private void current(Finding.Builder finding) throws IOException {
        Finding built = finding.build();
        put(indices.findings(), FindingDocument.currentId(built), FindingDocument.current(built));
    }

    /** A revision, {@code hour} hours after the first. */
    private void past(String id, String rule, Relation relation, long revision, Transition transition, int hour)
            throws IOException {
        Finding revised = finding(id, rule, Severity.HIGH, DetectionState.ACTIVE, relation)
                .setScope(clusters("west"))
                .setRevision(revision)
                .setTransition(transition)
                .setEpisode(revision > 2 ? 2 : 1)
                .setLastSeen(Findings.SEEN.plus(Duration.ofHours(hour)))
                .setOpenedAt(Findings.SEEN.plus(Duration.ofHours(hour)))
                .setResolvedAt(Findings.SEEN.plus(Duration.ofHours(hour)))
                .build();
        put(
                indices.history(revised.getLastSeen()),
                FindingDocument.historyId(revised),
                FindingDocument.history(revised));
    }

    private void heartbeat(String cluster, CollectorMode mode, Instant at, SourceState services, SourceState syncz)
            throws IOException {
        fact(
                Topics.HEARTBEATS,
                cluster,
                Heartbeat.newBuilder()
                        .setHeader(header(cluster, at))
                        .setCollector("collector-" + cluster)
                        .setVersion("0.1.0")
                        .setMode(mode)
                        .setIntervalSeconds(60)
                        .setSources(List.of(coverage("kubernetes/services", services), coverage("istiod/syncz", syncz)))
                        .setSubjects(List.of())
                        .build());
    }

    private static SourceCoverage coverage(String source, SourceState state) {
        return SourceCoverage.newBuilder()
                .setSource(source)
                .setState(state)
                .setDetail("")
                .setRead(1)
                .setExpected(1)
                .build();
    }

    private void secret(String cluster, String to, CredentialKind credential, Instant expires) throws IOException {
        fact(
                Topics.CONFIG_SNAPSHOTS,
                cluster + "-" + to,
                RemoteSecret.newBuilder()
                        .setHeader(header(cluster, now))
                        .setNamespace("istio-system")
                        .setName("istio-remote-secret-" + to)
                        .setClusterKey(to)
                        .setCredentialKind(credential)
                        .setCredentialExpiresAt(expires)
                        .build());
    }

    private static FactHeader header(String cluster, Instant at) {
        return FactHeader.newBuilder()
                .setMeshId("mesh1")
                .setClusterId(cluster)
                .setClusterUid(cluster + "-uid")
                .setObserver("collector")
                .setObservedAt(at)
                .setSource("test")
                .setContentHash("0")
                .build();
    }

    private void fact(String topic, String id, SpecificRecord fact) throws IOException {
        put(indices.facts(topic), id, FactDocument.of(fact).orElseThrow().json());
    }

    private void put(String index, String id, JsonNode document) throws IOException {
        String path = "/" + index + "/_doc/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        StoreResponse answer = store.request("PUT", path, document.toString());
        if (!answer.ok()) {
            throw new IOException(Map.of("path", path, "answer", answer.json()).toString());
        }
    }
}
