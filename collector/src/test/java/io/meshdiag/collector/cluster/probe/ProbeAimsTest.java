package io.meshdiag.collector.cluster.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.ResolvedGateway;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.fact.WebhookEntry;
import io.meshdiag.fact.WebhookKind;
import io.meshdiag.schema.Facts;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeAimsTest {
    private static final ProbeAim WEST_API = new ProbeAim("west", ProbeTarget.API_SERVER, "api.west.example", 6443);
    private static final ProbeAim WEST_GATEWAY =
            new ProbeAim("west", ProbeTarget.EAST_WEST_GATEWAY, "203.0.113.7", 15443);

    private final RecordedFacts facts = new RecordedFacts();
    private final ProbeAims aims = new ProbeAims("east", facts);

    private static RemoteSecret secret(String cluster, String host, Integer port) {
        return RemoteSecret.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setNamespace("istio-system")
                .setName("istio-remote-secret-" + cluster)
                .setClusterKey(cluster)
                .setServerHost(host)
                .setServerPort(port)
                .build();
    }

    private static NetworkGateways gateways(ResolvedGateway... gateways) {
        return NetworkGateways.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setNamespace("istio-system")
                .setIstiod("istiod-1")
                .setGateways(List.of(gateways))
                .build();
    }

    @Test
    void learnsThePeersFromFactsThatPassBy() {
        RemoteSecret secret = secret("west", "api.west.example", 6443);
        aims.publish(secret);
        aims.publish(gateways(new ResolvedGateway("network2", "west", "203.0.113.7", 15443, 15008)));

        assertThat(aims.get()).containsExactlyInAnyOrder(WEST_API, WEST_GATEWAY);
        assertThat(facts.all()).hasSize(2).contains(secret);
    }

    @Test
    void aimsAtNoAddressOfTheOwnClusterAndAtNoneThatIsNotKnown() {
        aims.publish(secret("east", "api.east.example", 6443));
        aims.publish(secret("north", null, null));
        aims.publish(gateways(
                new ResolvedGateway("network1", "east", "203.0.113.1", 15443, 0),
                new ResolvedGateway("network2", "west", "203.0.113.7", 0, 15008),
                new ResolvedGateway("network2", "west", "", 15443, 0)));

        assertThat(aims.get()).isEmpty();
    }

    @Test
    void aimsAtBothPortsOfAControlPlaneThatTheApiServerCallsByItsAddress() {
        aims.publish(webhooks("istiod.example", 15017));

        assertThat(aims.get())
                .containsExactlyInAnyOrder(
                        new ProbeAim("", ProbeTarget.WEBHOOK, "istiod.example", 15017),
                        new ProbeAim("", ProbeTarget.CONTROL_PLANE, "istiod.example", 15012));
    }

    @Test
    void leavesWebhooksBehindAServiceOrAnotherPortAlone() {
        aims.publish(webhooks(null, null));
        assertThat(aims.get()).isEmpty();

        aims.publish(webhooks("mesh.googleapis.com", 443));
        assertThat(aims.get()).isEmpty();
    }

    private static WebhookConfig webhooks(String host, Integer port) {
        return WebhookConfig.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setKind(WebhookKind.MUTATING)
                .setName("istio-sidecar-injector")
                .setEntries(List.of(WebhookEntry.newBuilder()
                        .setName("namespace.sidecar-injector.istio.io")
                        .setFailurePolicy("Fail")
                        .setTimeoutSeconds(10)
                        .setUrlHost(host)
                        .setUrlPort(port)
                        .setCaBundleState(CaBundleState.VALID)
                        .build()))
                .build();
    }

    @Test
    void followsASecretThatNamesAnotherServer() {
        aims.publish(secret("west", "old.west.example", 6443));
        aims.publish(secret("west", "api.west.example", 6443));

        assertThat(aims.get()).containsExactly(WEST_API);
    }

    @Test
    void forgetsWhatIsGoneAndPassesItOn() {
        RemoteSecret secret = secret("west", "api.west.example", 6443);
        aims.publish(secret);

        aims.tombstone(Facts.key(secret));

        assertThat(aims.get()).isEmpty();
        assertThat(facts.calls().get(1)).startsWith("tombstone ");
    }

    @Test
    void takesTheBracketsFromAnIpv6Address() {
        aims.publish(secret("west", "[2001:db8::1]", null));

        assertThat(aims.get()).containsExactly(new ProbeAim("west", ProbeTarget.API_SERVER, "2001:db8::1", 443));
    }
}
