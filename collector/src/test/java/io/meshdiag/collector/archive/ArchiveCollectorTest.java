package io.meshdiag.collector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.Workload;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCollectorTest {
    private static final String EAST_UID = "0a1b2c3d-0000-4000-8000-000000000001";
    private static final String WEST_UID = "9a8b7c6d-0000-4000-8000-000000000002";

    @TempDir
    private Path dir;

    private final RecordedFacts facts = new RecordedFacts();

    @Test
    void aFolderAndATarOfTheSameReportGiveTheSameFacts() throws ArchiveException {
        RecordedFacts packed = new RecordedFacts();

        collect(BugReport.of("east", EAST_UID).folder(dir.resolve("east")));
        new ArchiveCollector(packed, ArchiveOptions.DEFAULT, CollectProgress.NONE)
                .collect(List.of(BugReport.of("east", EAST_UID).packed(dir.resolve("east.tar.gz"))));

        assertThat(packed.latest()).isEqualTo(facts.latest()).isNotEmpty();
    }

    @Test
    void aClusterIsNamedByItsIstiodItsMeshConfigAndItsKubeSystem() throws ArchiveException {
        ArchiveReport report = collect(BugReport.of("east", EAST_UID).folder(dir.resolve("east")))
                .get(0);

        assertThat(report.identity())
                .isEqualTo(new ClusterIdentity(
                        "mesh1",
                        "east",
                        EAST_UID,
                        "istiod env CLUSTER_ID",
                        BugReport.AT,
                        "bug-report.log",
                        "1.28.1",
                        null));
        ClusterProfile profile = facts.one(ClusterProfile.class);
        assertThat(profile.getNetwork()).isEqualTo("net-east");
        assertThat(profile.getCaSecret()).isEqualTo("cacerts");
        assertThat(profile.getRegions()).containsExactly("eu-1");
        assertThat(profile.getControlPlanes()).singleElement().satisfies(plane -> assertThat(plane.getVersion())
                .isEqualTo("1.28.1"));
    }

    @Test
    void joinsServicesWithTheirEndpointsAndPods() throws ArchiveException {
        collect(BugReport.of("east", EAST_UID).folder(dir));

        ServiceEndpoints web = facts.one(ServiceEndpoints.class);
        assertThat(web.getReady()).isEqualTo(1);
        assertThat(web.getReadyWithProxy()).isEqualTo(1);
        assertThat(web.getByNetwork()).singleElement().satisfies(n -> assertThat(n.getNetwork())
                .isEqualTo("net-east"));
        Workload pod = facts.one(Workload.class);
        assertThat(pod.getInjectionWanted()).isTrue();
        assertThat(pod.getProxyVersion()).isEqualTo("1.28.1");
        assertThat(pod.getProxyRestarts()).isEqualTo(2);
    }

    @Test
    void theHeartbeatComesAfterAllFactsAreStoredAndCountsThem() throws ArchiveException {
        collect(
                BugReport.of("east", EAST_UID).folder(dir.resolve("e")),
                BugReport.of("west", WEST_UID).folder(dir.resolve("w")));

        int stored = facts.calls().indexOf("flush");
        assertThat(facts.calls().subList(0, stored)).doesNotContain("heartbeats");
        assertThat(facts.calls().subList(stored, facts.calls().size()))
                .containsExactly("flush", "heartbeats", "heartbeats", "flush");
        List<Heartbeat> heartbeats = facts.only(Heartbeat.class);
        assertThat(heartbeats).extracting(h -> h.getLook().getClusters()).containsExactly(2, 2);
        assertThat(heartbeats.get(0).getLook()).isEqualTo(heartbeats.get(1).getLook());
        assertThat(subjects(heartbeats.get(0))).isEqualTo(rows("east")).containsEntry("Workload", 1L);
    }

    @Test
    void aSubjectShownByTwoPagesIsCountedOnce() throws ArchiveException {
        BugReport report = BugReport.of("east", EAST_UID)
                .with("bug-report/cluster/crs", gateway())
                .with("bug-report/cluster/nodes", gateway());

        collect(report.folder(dir));

        assertThat(facts.calls()).filteredOn("IstioResource"::equals).hasSize(2);
        assertThat(subjects(facts.one(Heartbeat.class))).containsEntry("IstioResource", 1L);
    }

    @Test
    void theSameArchivesAreTheSameLook() throws ArchiveException {
        Path east = BugReport.of("east", EAST_UID).folder(dir);
        collect(east);
        collect(east);

        assertThat(facts.only(Heartbeat.class)).hasSize(2).allSatisfy(h -> assertThat(h)
                .isEqualTo(facts.only(Heartbeat.class).get(0)));
    }

    @Test
    void ofTwoArchivesOfOneClusterTheNewerIsRead() throws ArchiveException {
        Path old = BugReport.of("east", EAST_UID)
                .with("bug-report/bug-report.log", "2026-08-21T15:00:00Z\tinfo\tdone\n")
                .folder(dir.resolve("old"));
        Path fresh = BugReport.of("east", EAST_UID).folder(dir.resolve("fresh"));

        List<ArchiveReport> reports = collect(old, fresh);

        assertThat(reports).extracting(ArchiveReport::supersededBy).containsExactly(fresh, null);
        assertThat(facts.one(Heartbeat.class).getLook().getClusters()).isEqualTo(1);
    }

    @Test
    void twoClustersWithOneIdStayApartByTheirUid() throws ArchiveException {
        collect(
                BugReport.of("east", EAST_UID).folder(dir.resolve("a")),
                BugReport.of("east", WEST_UID).folder(dir.resolve("b")));

        assertThat(facts.only(Heartbeat.class))
                .extracting(h -> Facts.key(h).clusterKey())
                .containsExactly("mesh1/east@0a1b2c3d", "mesh1/east@9a8b7c6d");
    }

    @Test
    void theNamesTableShowsRemoteSecretsByName() throws ArchiveException {
        collect(BugReport.of("east", EAST_UID).folder(dir));

        RemoteSecret secret = facts.one(RemoteSecret.class);
        assertThat(secret.getClusterKey()).isEqualTo("west");
        assertThat(secret.getKeyFromName()).isTrue();
    }

    @Test
    void withoutIstiodEnvironmentClusterzNamesTheCluster() throws ArchiveException {
        BugReport report = BugReport.of("east", EAST_UID).without("bug-report/cluster/pods");

        ArchiveReport read = collect(report.folder(dir)).get(0);

        assertThat(read.identity().clusterId()).isEqualTo("east");
        assertThat(read.identity().clusterIdSource()).isEqualTo("/debug/clusterz");
        assertThat(coverage(read, "kubernetes/pods").getState()).isEqualTo(SourceState.MISSING);
        assertThat(coverage(read, "kubernetes/pods").getDetail()).contains("istioctl bug-report");
    }

    @Test
    void optionsOverrideWhatTheArchiveSays() throws ArchiveException {
        Path east = BugReport.of("east", EAST_UID).folder(dir);
        ArchiveOptions options = new ArchiveOptions("other-mesh", "renamed", ArchiveLimits.DEFAULT);

        ArchiveReport read = new ArchiveCollector(facts, options, CollectProgress.NONE)
                .collect(List.of(east))
                .get(0);

        assertThat(read.identity().meshId()).isEqualTo("other-mesh");
        assertThat(read.identity().clusterId()).isEqualTo("renamed");
        assertThat(read.identity().clusterIdSource()).isEqualTo("option --cluster");
    }

    @Test
    void anUnreadablePageCostsItsOwnFactsOnly() throws ArchiveException {
        BugReport report = BugReport.of("east", EAST_UID)
                .with("bug-report/cluster/crs", "error: the server doesn't have a resource type \"x\"\n")
                .with("bug-report/cluster/nodes", "apiVersion: v1\nitems:\n- kind: Node\n  metadata: {name: [\n");

        ArchiveReport read = collect(report.folder(dir)).get(0);

        assertThat(coverage(read, "kubernetes/custom-resources").getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(coverage(read, "kubernetes/nodes").getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(coverage(read, "kubernetes/resources").getState()).isEqualTo(SourceState.OK);
        assertThat(facts.only(ServiceEndpoints.class)).hasSize(1);
    }

    @Test
    void beforeIstioctl130OneListHoldsTheClustersOwnObjectsToo() throws ArchiveException {
        ArchiveReport read =
                collect(BugReport.of("east", EAST_UID).inOneList().folder(dir)).get(0);

        assertThat(read.identity().clusterUid()).isEqualTo(EAST_UID);
        assertThat(coverage(read, "kubernetes/cluster-resources").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void namespacedObjectsAloneDoNotStandForTheClustersOwn() throws ArchiveException {
        BugReport report = BugReport.of("east", EAST_UID).without("bug-report/cluster/k8s-cluster-resources");

        ArchiveReport read = collect(report.folder(dir)).get(0);

        SourceCoverage own = coverage(read, "kubernetes/cluster-resources");
        assertThat(own.getState()).isEqualTo(SourceState.MISSING);
        assertThat(own.getDetail()).contains("k8s-cluster-resources");
    }

    @Test
    void anEmptyListOfResourcesIsNotTakenForAnEmptyCluster() throws ArchiveException {
        // What kubectl prints for `get -n shop,istio-system all,... -o yaml`, with which istioctl 1.30 answers
        // --include.
        BugReport report = BugReport.of("east", EAST_UID).with("bug-report/cluster/k8s-resources", """
                apiVersion: v1
                items: []
                kind: List
                metadata:
                  resourceVersion: ""
                """);

        ArchiveReport read = collect(report.folder(dir)).get(0);

        SourceCoverage resources = coverage(read, "kubernetes/resources");
        assertThat(resources.getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(resources.getDetail()).contains("without --include");
    }

    @Test
    void secretsOfOtherNamespacesDoNotTellThatThereIsNoRemoteSecret() throws ArchiveException {
        // istioctl 1.30 with --include shop.
        BugReport report = BugReport.of("east", EAST_UID).with("bug-report/cluster/secrets", """
                NAME          TYPE     DATA   AGE
                credentials   Opaque   1      30d
                """);

        ArchiveReport read = collect(report.folder(dir)).get(0);

        SourceCoverage secrets = coverage(read, "kubernetes/secrets");
        assertThat(secrets.getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(secrets.getDetail()).contains("istiod's namespace");
    }

    @Test
    void secretsOfIstiodsNamespaceAloneAreEnough() throws ArchiveException {
        BugReport report = BugReport.of("east", EAST_UID).with("bug-report/cluster/secrets", """
                NAME                       TYPE     DATA   AGE
                cacerts                    Opaque   4      30d
                istio-remote-secret-west   Opaque   1      30d
                """);

        ArchiveReport read = collect(report.folder(dir)).get(0);

        assertThat(coverage(read, "kubernetes/secrets").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void eventsAreNotMissedWhereTheToolWroteNoEmptyFile() throws ArchiveException {
        ArchiveReport read = collect(BugReport.of("east", EAST_UID).folder(dir)).get(0);

        assertThat(coverage(read, "kubernetes/events").getDetail()).contains("keeps no events");
    }

    @Test
    void aPageMissingForOneOfTwoIstiodsIsPartial() throws ArchiveException {
        BugReport report =
                BugReport.of("east", EAST_UID).with("bug-report/istio/istio-system/istiod-2/debug/mesh", "{}");

        ArchiveReport read = collect(report.folder(dir)).get(0);

        SourceCoverage clusterz = coverage(read, "istiod/clusterz");
        assertThat(clusterz.getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(clusterz.getRead()).isEqualTo(1);
        assertThat(clusterz.getExpected()).isEqualTo(2);
    }

    @Test
    void aTruncatedArchiveGivesWhatStandsBeforeTheCut() throws ArchiveException, IOException {
        Path whole = BugReport.of("east", EAST_UID)
                .with("bug-report/proxies/shop/web-1/istio-proxy.log", incompressible())
                .packed(dir.resolve("whole.tar.gz"));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(dir.resolve("cut.tar.gz"), Arrays.copyOf(bytes, bytes.length * 3 / 4));

        ArchiveReport read = collect(cut).get(0);

        assertThat(facts.only(ServiceEndpoints.class)).hasSize(1);
        assertThat(coverage(read, "archive").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(coverage(read, "archive").getDetail()).contains("ends early");
    }

    @Test
    void inputsThatAreNoArchivesAreErrorsThatSayWhatIsExpected() throws IOException {
        Path text = Files.writeString(dir.resolve("notes.txt"), "hello");
        Path empty = Files.createDirectory(dir.resolve("empty"));

        for (Path wrong : List.of(dir.resolve("absent"), text, empty)) {
            assertThatThrownBy(() -> collect(wrong))
                    .isInstanceOf(ArchiveException.class)
                    .hasMessageContaining(wrong.toString())
                    .hasMessageContaining("istioctl bug-report");
        }
        assertThat(facts.all()).isEmpty();
    }

    private List<ArchiveReport> collect(Path... archives) throws ArchiveException {
        return new ArchiveCollector(facts, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(List.of(archives));
    }

    private static SourceCoverage coverage(ArchiveReport report, String source) {
        return report.coverage().stream()
                .filter(c -> c.getSource().equals(source))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> subjects(Heartbeat heartbeat) {
        return heartbeat.getSubjects().stream().collect(Collectors.toMap(NamedCount::getName, NamedCount::getValue));
    }

    /** Rows that a reader of the topics has of a cluster. */
    private Map<String, Long> rows(String clusterId) {
        return facts.latest().values().stream()
                .filter(f -> Facts.header(f).getClusterId().equals(clusterId))
                .map(f -> FactKind.of(f).segment())
                .filter(segment -> !segment.equals("heartbeats"))
                .collect(Collectors.groupingBy(s -> s, Collectors.counting()));
    }

    private static String gateway() {
        return """
                apiVersion: v1
                items:
                - apiVersion: networking.istio.io/v1
                  kind: Gateway
                  metadata: {name: cross-network-gateway, namespace: istio-system}
                  spec: {selector: {istio: eastwestgateway}}
                kind: List
                """;
    }

    private static String incompressible() {
        StringBuilder text = new StringBuilder();
        new java.util.Random(1).ints(200_000, 33, 127).forEach(c -> text.append((char) c));
        return text.toString();
    }
}
