package io.meshdiag.sink.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.schema.Topics;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.harness.StoreProcess;
import io.meshdiag.sink.setup.SinkSetup;
import io.meshdiag.sink.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every panel's query, executed over {@link Fleet} in a real store behind the sink's own templates, shows what the panel says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PanelContract {
    private static final Indices INDICES = new Indices("meshdiag-");

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Set<String> asked = new HashSet<>();
    private StoreProcess server;
    private Store store;

    abstract StoreProcess startServer() throws IOException;

    @BeforeAll
    void startWithAFleet() throws IOException {
        server = startServer();
        store = server.client();
        new SinkSetup(store, INDICES, 90, List.of(Topics.HEARTBEATS, Topics.CONFIG_SNAPSHOTS)).run();
        new Fleet(store, INDICES, now).index();
    }

    @AfterAll
    void stopAndMissNoPanel() throws IOException {
        store.close();
        server.close();
        List<String> all = Sources.dashboards().stream()
                .flatMap(dashboard -> dashboard.panels().stream())
                .map(Panel::id)
                .toList();
        assertThat(asked).as("every panel has its test").containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void incidentsNow() throws IOException {
        assertThat(answer("open-incidents")).containsExactlyInAnyOrder("critical 1", "high 1", "medium or lower 1");
        assertThat(answer("findings-by-state"))
                .containsExactlyInAnyOrder("causes 3", "symptoms 2", "pending 2", "unknown 1");
        String opened = "2026-11-20T08:00:00Z";
        assertThat(answer("incident-list"))
                .containsExactly(
                        "critical | TRU-01 | title of mf1-trust | [\"east\",\"west\"] | 40 | " + opened
                                + " | Create the missing secret.",
                        "high | RMT-01 | title of mf1-secret | [\"east\",\"north\"] | 40 | " + opened
                                + " | Create the missing secret.",
                        "low | TRU-02 | title of mf1-expiry | [\"east\"] | 40 | " + opened
                                + " | Create the missing secret.");
    }

    @Test
    void fleetByClusterAndFamilyShowsTheWorstSeverity() throws IOException {
        assertThat(answer("fleet-matrix"))
                .containsExactly(
                        "east EPT 17",
                        "east RMT 17",
                        "east TRU 21",
                        "north RMT 17",
                        "west EPT 17",
                        "west TRU 21",
                        "west XDS 13");
    }

    @Test
    void symptomsStandWithTheirCause() throws IOException {
        assertThat(answer("symptoms-by-cause")).containsExactly("mf1-trust#1 EPT-01 1", "mf1-trust#1 XDS-03 1");
    }

    @Test
    void matricesAreDirected() throws IOException {
        assertThat(answer("trust-matrix")).containsExactly("west east 21");
        assertThat(answer("access-matrix")).containsExactly("north east 17", "west east 17");
    }

    @Test
    void remoteAccessWithTimeToExpiry() throws IOException {
        assertThat(answer("credentials-by-expiry"))
                .containsExactlyInAnyOrder(
                        "expired 1", "within 7 days 1", "within 30 days 1", "later 0", "never or not visible 1");
        assertThat(answer("remote-access-expiry"))
                .containsExactly(
                        "east north exec -",
                        "east west token " + now.plus(Duration.ofDays(3)),
                        "north west token " + now.minus(Duration.ofDays(1)),
                        "west east client_certificate " + now.plus(Duration.ofDays(20)));
        assertThat(answer("forecasts"))
                .containsExactly(now.plus(Duration.ofDays(5))
                        + " | low | TRU-02 | title of mf1-expiry | no workload gets a certificate");
    }

    @Test
    void coverageOfTheFleet() throws IOException {
        assertThat(answer("collectors"))
                .containsExactlyInAnyOrder("see everything 2", "miss something 1", "silent for 15 minutes 1");
        assertThat(answer("collector-freshness"))
                .containsExactly(
                        "east collector-east 2 " + now + " 2",
                        "north collector-north 2 " + now.minus(Duration.ofDays(2)) + " 1",
                        "west collector-west 2 " + now.minus(Duration.ofHours(1)) + " 2");
        assertThat(answer("sources-not-read")).containsExactly("istiod/syncz:forbidden north 1");
        assertThat(answer("unknown-findings")).containsExactly("north XDS-01 1");
        assertThat(answer("missing-signals")).containsExactly("istiod/clusterz RMT-01 1");
    }

    @Test
    void historyAndNoise() throws IOException {
        assertThat(answer("transitions-over-time"))
                .containsExactly(
                        "opened 2026-11-20T08:00:00Z 3",
                        "resolved 2026-11-20T09:00:00Z 1",
                        "resolved 2026-11-20T10:00:00Z 1",
                        "reopened 2026-11-20T10:00:00Z 1");
        assertThat(answer("incidents-over-time"))
                .containsExactly(
                        "XDS-01 2026-11-20T08:00:00Z 1",
                        "XDS-01 2026-11-20T09:00:00Z 0",
                        "XDS-01 2026-11-20T10:00:00Z 1",
                        "TRU-01 2026-11-20T08:00:00Z 1");
        assertThat(answer("noise-matrix"))
                .containsExactly(
                        "EPT-01 opened 1",
                        "TRU-01 opened 1",
                        "XDS-01 opened 1",
                        "XDS-01 reopened 1",
                        "XDS-01 resolved 2");
        assertThat(answer("flapping")).containsExactly("XDS-01 mf1-healed 1 2");
    }

    @Test
    void aPersonNarrowsGrafanaToOneCluster() throws IOException {
        assertThat(narrowedToNorth("incident-list"))
                .singleElement()
                .asString()
                .startsWith("high | RMT-01 | title of mf1-secret");
    }

    @Test
    void whatConcernsAMeshAsAWholeStaysVisibleWhateverTheCluster() throws IOException {
        assertThat(narrowedToNorth("findings-by-state"))
                .containsExactlyInAnyOrder("causes 1", "symptoms 0", "pending 1", "unknown 1");
    }

    private List<String> narrowedToNorth(String id) throws IOException {
        Panel panel = panel(id);
        String query = GrafanaPanel.narrowed(panel.query(), panel.index())
                .replace("$cluster", "(\"north\")")
                .replaceAll("\\$[a-z]+", "*");
        return Answer.of(store, "meshdiag-findings", new PanelQuery(panel, query), now);
    }

    @Test
    void grafanasMarksAreCausesThatBeganAndEnded() throws IOException {
        Panel history = panel("transitions-over-time");
        var annotations = GrafanaDashboard.of(Sources.dashboards().get(0)).at("/annotations/list");
        String began = annotations.at("/0/target/query").asText().replaceAll("\\$[a-z]+", "*");
        String ended = annotations.at("/1/target/query").asText().replaceAll("\\$[a-z]+", "*");

        assertThat(Answer.of(store, "meshdiag-finding-history", new PanelQuery(history, began), now))
                .containsExactly("opened 2026-11-20T08:00:00Z 2", "reopened 2026-11-20T10:00:00Z 1");
        assertThat(Answer.of(store, "meshdiag-finding-history", new PanelQuery(history, ended), now))
                .containsExactly("resolved 2026-11-20T09:00:00Z 1", "resolved 2026-11-20T10:00:00Z 1");
    }

    /** What Kibana shows, and what Grafana shows with all of its variables at "All". */
    private List<String> answer(String id) throws IOException {
        Panel panel = panel(id);
        String index = INDICES.prefix() + panel.index().alias();
        List<String> kibana = Answer.of(store, index, new PanelQuery(panel), now);
        String query = GrafanaPanel.narrowed(panel.query(), panel.index()).replaceAll("\\$[a-z]+", "*");
        assertThat(Answer.of(store, index, new PanelQuery(panel, query), now)).isEqualTo(kibana);
        asked.add(id);
        return kibana;
    }

    private static Panel panel(String id) {
        return Sources.dashboards().stream()
                .flatMap(dashboard -> dashboard.panels().stream())
                .filter(panel -> panel.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
