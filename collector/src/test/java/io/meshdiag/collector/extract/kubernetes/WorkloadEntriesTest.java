package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.WorkloadEntry;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What auto-registration writes beside the address: istiod keeps its accounts in annotations. */
class WorkloadEntriesTest {
    private static WorkloadEntry entry(String annotations, String rest) throws Exception {
        return Kube.one(WorkloadEntry.class, """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: db-10.0.0.9-vm, namespace: shop, annotations: {%s}}
                %s
                """.formatted(annotations, rest));
    }

    @Test
    void nameTheGroupTheIstiodAndTheTimeOfTheConnection() throws Exception {
        WorkloadEntry entry = entry(
                "istio.io/autoRegistrationGroup: db, istio.io/workloadController: istiod-7d4b9-x2x, "
                        + "istio.io/connectedAt: '2026-08-22T14:00:00.123456789Z'",
                "spec: {address: 10.0.0.9, network: vm, serviceAccount: db}");

        assertThat(entry.getGroup()).isEqualTo("db");
        assertThat(entry.getController()).isEqualTo("istiod-7d4b9-x2x");
        assertThat(entry.getConnectedAt()).isEqualTo(Instant.parse("2026-08-22T14:00:00.123456789Z"));
        assertThat(entry.getDisconnectedAt()).isNull();
        assertThat(entry.getAddress()).isEqualTo("10.0.0.9");
        assertThat(entry.getNetwork()).isEqualTo("vm");
        assertThat(entry.getServiceAccount()).isEqualTo("db");
    }

    @Test
    void tellWhenAMachineLeft() throws Exception {
        WorkloadEntry entry = entry(
                "istio.io/autoRegistrationGroup: db, istio.io/disconnectedAt: '2026-08-22T16:00:00+02:00'",
                "spec: {address: 10.0.0.9}");

        assertThat(entry.getDisconnectedAt()).isEqualTo(Instant.parse("2026-08-22T14:00:00Z"));
        assertThat(entry.getConnectedAt()).isNull();
    }

    @Test
    void areMissingWhereSomebodyWroteTheEntryByHand() throws Exception {
        WorkloadEntry entry = entry("", "spec: {address: 2001:db8::9, ports: {mysql: 3306}}");

        assertThat(entry.getGroup()).isNull();
        assertThat(entry.getController()).isNull();
        assertThat(entry.getConnectedAt()).isNull();
        assertThat(entry.getNetwork()).isNull();
        assertThat(entry.getHealthy()).isNull();
        assertThat(entry.getAddress()).isEqualTo("2001:db8::9");
    }

    @Test
    void areNotBelievedWhereTheyAreNoTimes() throws Exception {
        WorkloadEntry entry = entry("istio.io/connectedAt: yesterday", "spec: {address: 10.0.0.9}");

        assertThat(entry.getConnectedAt()).isNull();
    }

    @Test
    void leaveHealthToTheConditionThatIstiodSets() throws Exception {
        assertThat(entry("", "status: {conditions: [{type: Healthy, status: 'True'}]}")
                        .getHealthy())
                .isTrue();
        assertThat(entry("", "status: {conditions: [{type: Healthy, status: 'False', message: refused}]}")
                        .getHealthy())
                .isFalse();
    }
}
