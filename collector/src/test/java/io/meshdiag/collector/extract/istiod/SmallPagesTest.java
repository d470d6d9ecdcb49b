package io.meshdiag.collector.extract.istiod;

import static io.meshdiag.collector.extract.TestPages.AT;
import static io.meshdiag.collector.extract.TestPages.ORIGIN;
import static io.meshdiag.collector.extract.TestPages.facts;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.fact.ResolvedGateway;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SmallPagesTest {
    private static final IstiodPod ISTIOD = new IstiodPod("istio-system", "istiod-1");

    @Test
    void clusterzListsTheClustersThatAnIstiodReads() throws Exception {
        RemoteClusterStatus status =
                (RemoteClusterStatus) facts(new ClusterzPage(ISTIOD), """
                [{"id":"east","secretName":"","syncStatus":"synced"},
                 {"id":"west","secretName":"istio-system/istio-remote-secret-west","syncStatus":"timeout"},
                 {"id":"north","secretName":"istio-system/north","syncStatus":"melting"}]""").get(0);

        assertThat(status.getClusters())
                .containsExactly(
                        new RegisteredCluster("east", null, RemoteSyncState.SYNCED),
                        new RegisteredCluster("north", "istio-system/north", RemoteSyncState.UNKNOWN),
                        new RegisteredCluster(
                                "west", "istio-system/istio-remote-secret-west", RemoteSyncState.TIMEOUT));
        assertThat(status.getHeader().getContentHash()).hasSize(32);
    }

    @Test
    void networkzListsGatewaysOfOtherNetworks() throws Exception {
        NetworkGateways now =
                (NetworkGateways) facts(new NetworkzPage(ISTIOD), """
                [{"Network":"net-w","Cluster":"west","Addr":"1.2.3.4","Port":15443,"HBONEPort":15008,"ServiceAccount":{"Name":"x"}}]""").get(0);
        NetworkGateways first =
                (NetworkGateways) facts(new NetworkzPage(ISTIOD), "{\"net-w\":[{\"Addr\":\"1.2.3.4\",\"Port\":15443}]}")
                        .get(0);
        NetworkGateways off =
                (NetworkGateways) facts(new NetworkzPage(ISTIOD), "null").get(0);

        assertThat(now.getGateways()).containsExactly(new ResolvedGateway("net-w", "west", "1.2.3.4", 15443, 15008));
        assertThat(first.getGateways()).containsExactly(new ResolvedGateway("net-w", "", "1.2.3.4", 15443, 0));
        assertThat(off.getGateways()).isEmpty();
    }

    @Test
    void meshConfigIsReadFromThePageAndFromTheConfigMap() throws Exception {
        MeshConfig page = MeshPage.parse(stream("""
                {"trustDomain":"east.example","trustDomainAliases":["old.example"],"rootNamespace":"istio-system",
                 "defaultConfig":{"meshId":"mesh1"},
                 "serviceSettings":[{"settings":{"clusterLocal":true},"hosts":["*.legacy.svc.cluster.local"]},
                                    {"settings":{},"hosts":["other"]}],
                 "discoverySelectors":[{"matchLabels":{"a":"b"}}]}"""));
        MeshConfig configMap = MeshConfig.of(new YAMLMapper().readTree("""
                rootNamespace: istio-system
                default_config:
                  mesh_id: mesh1
                """));

        assertThat(page.meshId()).isEqualTo("mesh1");
        assertThat(page.trustDomain()).isEqualTo("east.example");
        assertThat(page.trustDomainAliases()).containsExactly("old.example");
        assertThat(page.clusterLocalHosts()).containsExactly("*.legacy.svc.cluster.local");
        assertThat(page.discoverySelectors()).isTrue();
        assertThat(configMap.meshId()).isEqualTo("mesh1");
        assertThat(configMap.trustDomain()).isNull();
        assertThat(configMap.discoverySelectors()).isFalse();
    }

    @Test
    void theHashOfAMeshConfigDoesNotDependOnTheOrderOfKeys() throws Exception {
        String one =
                MeshPage.parse(stream("{\"a\":1,\"b\":{\"c\":2,\"d\":[3]}}")).hash();

        assertThat(MeshPage.parse(stream("{\"b\":{\"d\":[3], \"c\":2},\"a\":1}"))
                        .hash())
                .isEqualTo(one);
        assertThat(MeshPage.parse(stream("{\"a\":1,\"b\":{\"c\":2,\"d\":[4]}}")).hash())
                .isNotEqualTo(one);
    }

    @Test
    void metricsDescribeAnIstiod() throws Exception {
        IstiodInstance istiod =
                (IstiodInstance) facts(new IstiodMetricsPage(ISTIOD), """
                # HELP pilot_xds Number of endpoints connected to this pilot using XDS.
                # TYPE pilot_xds gauge
                pilot_xds{version="1.27.1"} 12
                pilot_xds{version="1.28.1"} 3
                istio_build{component="pilot",tag="1.28.1"} 1
                pilot_total_xds_rejects{type="lds"} 4
                controller_sync_errors_total{cluster="west"} 1.7e+01
                remote_cluster_sync_timeouts_total 1
                istiod_remote_cluster_sync_status{cluster="west",cluster_type="remote",status="synced"} 0
                istiod_remote_cluster_sync_status{cluster="west",cluster_type="remote",status="timeout"} 1
                citadel_server_root_cert_expiry_timestamp 1.9e+09
                citadel_server_cert_chain_expiry_seconds 3600
                webhook_patch_failures_total{name="istio-sidecar-injector",reason="webhook_update_failure"} 2
                sidecar_injection_failure_total NaN
                """).get(0);

        assertThat(istiod.getVersion()).isEqualTo("1.28.1");
        assertThat(istiod.getConnectedProxies()).isEqualTo(15);
        assertThat(istiod.getXdsRejects()).containsExactly(new NamedCount("lds", 4L));
        assertThat(istiod.getSyncErrorsByCluster()).containsExactly(new NamedCount("west", 17L));
        assertThat(istiod.getSyncTimeoutsByCluster()).containsExactly(new NamedCount("", 1L));
        assertThat(istiod.getRemoteSyncStatus()).containsExactly(new NamedCount("west/timeout", 1L));
        assertThat(istiod.getRootCertNotAfter()).isEqualTo(Instant.ofEpochSecond(1_900_000_000L));
        assertThat(istiod.getCertChainNotAfter()).isEqualTo(AT.plusSeconds(3600));
        assertThat(istiod.getWebhookPatchFailures())
                .containsExactly(new NamedCount("istio-sidecar-injector/webhook_update_failure", 2L));
        assertThat(istiod.getInjectionFailures()).isNull();
        assertThat(istiod.getHeader().getClusterId()).isEqualTo(ORIGIN.clusterId());
    }

    /** These have no prefix, and no labels; newer versions may add some. */
    @Test
    void metricsCountTheMachinesThatAnIstiodRegistered() throws Exception {
        IstiodInstance istiod =
                (IstiodInstance) facts(new IstiodMetricsPage(ISTIOD), """
                # HELP auto_registration_success_total Total number of successful auto registrations.
                # TYPE auto_registration_success_total counter
                auto_registration_success_total 12
                auto_registration_updates_total 900
                auto_registration_unregister_total 800
                auto_registration_deletes_total 7
                auto_registration_errors_total{reason="group"} 3
                auto_registration_errors_total{reason="address"} 1
                """).get(0);

        assertThat(istiod.getAutoRegistrations()).isEqualTo(12);
        assertThat(istiod.getAutoRegistrationDeletes()).isEqualTo(7);
        assertThat(istiod.getAutoRegistrationErrors()).isEqualTo(4);
    }

    @Test
    void anIstiodThatNeverRegisteredAMachineCountsNone() throws Exception {
        IstiodInstance istiod = (IstiodInstance)
                facts(new IstiodMetricsPage(ISTIOD), "pilot_services 7\n").get(0);

        assertThat(istiod.getAutoRegistrations()).isNull();
        assertThat(istiod.getAutoRegistrationErrors()).isNull();
        assertThat(istiod.getAutoRegistrationDeletes()).isNull();
    }

    @Test
    void anIstiodThatOnlyGrewOlderIsNoNews() throws Exception {
        IstiodInstance before =
                (IstiodInstance) facts(new IstiodMetricsPage(ISTIOD), "pilot_services 7\nistiod_uptime_seconds 30.2\n")
                        .get(0);
        IstiodInstance after =
                (IstiodInstance) facts(new IstiodMetricsPage(ISTIOD), "pilot_services 7\nistiod_uptime_seconds 60.2\n")
                        .get(0);

        assertThat(after.getUptimeSeconds()).isEqualTo(60);
        assertThat(after.getHeader().getContentHash())
                .isEqualTo(before.getHeader().getContentHash());
    }

    @Test
    void memoryAndGoroutinesAreToldButAreNoNews() throws Exception {
        String page = """
                process_start_time_seconds 1.7e+09
                remote_cluster_secret_events_total{event="add"} 2
                remote_cluster_secret_events_total{event="update"} 40
                go_goroutines %d
                go_memstats_heap_inuse_bytes %s
                """;
        IstiodInstance before = (IstiodInstance) facts(new IstiodMetricsPage(ISTIOD), page.formatted(1200, "2.5e+08"))
                .get(0);
        IstiodInstance after = (IstiodInstance) facts(new IstiodMetricsPage(ISTIOD), page.formatted(1300, "2.6e+08"))
                .get(0);

        assertThat(after.getGoroutines()).isEqualTo(1300);
        assertThat(after.getHeapBytes()).isEqualTo(260_000_000);
        assertThat(after.getStartedAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(after.getSecretEvents()).isEqualTo(42);
        assertThat(after.getCourse()).isEmpty();
        assertThat(after.getHeader().getContentHash())
                .isEqualTo(before.getHeader().getContentHash());
    }
}
