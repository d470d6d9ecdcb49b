package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.AT;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.Origin;
import org.junit.jupiter.api.Test;

class MachineIdentityTest {
    private static final String MACHINE_ID = "0123456789abcdef0123456789abcdef\n";

    private static MachineIdentity of(String env, String hostName) throws Exception {
        return MachineIdentity.of(VmSettings.parse(stream(env)), null, hostName, MACHINE_ID);
    }

    @Test
    void namesTheMachineAsIstiodDoes() throws Exception {
        MachineIdentity machine =
                of("ISTIO_META_CLUSTER_ID=east\nISTIO_META_MESH_ID=mesh1\nPOD_NAMESPACE=shop\n", "db-1.example.com");

        assertThat(machine.vm()).isEqualTo("db-1.shop");
        assertThat(machine.clusterId()).isEqualTo("east");
        assertThat(machine.meshId()).isEqualTo("mesh1");
        assertThat(machine.proxy().toString()).contains("db-1", "shop");
    }

    @Test
    void letsTheStartScriptsOwnVariablesDecide() throws Exception {
        assertThat(of("POD_NAME=db-7\nISTIO_NAMESPACE=store\nPOD_NAMESPACE=shop\n", "db-1")
                        .vm())
                .isEqualTo("db-7.store");
    }

    @Test
    void fallsBackToIstiosDefaults() throws Exception {
        MachineIdentity machine = of("", "db-1");

        assertThat(machine.vm()).isEqualTo("db-1");
        assertThat(machine.clusterId()).isEqualTo("Kubernetes");
        assertThat(machine.meshId()).isEqualTo("cluster.local");
        assertThat(of("TRUST_DOMAIN=corp\n", "db-1").meshId()).isEqualTo("corp");
    }

    @Test
    void asksTheMeshConfigWhereTheEnvironmentIsSilent() throws Exception {
        AgentConfig config = AgentConfig.parse(
                stream(
                        "defaultConfig:\n  meshId: mesh1\n  proxyMetadata:\n    POD_NAMESPACE: shop\n    ISTIO_META_CLUSTER_ID: west\n"));
        MachineIdentity machine = MachineIdentity.of(
                VmSettings.parse(stream("ISTIO_META_CLUSTER_ID=east\n")), config, "db-1", MACHINE_ID);

        assertThat(machine.vm()).isEqualTo("db-1.shop");
        assertThat(machine.clusterId()).isEqualTo("east");
        assertThat(machine.meshId()).isEqualTo("mesh1");
    }

    @Test
    void tellsMachinesApartThatWereClonedFromOneImage() throws Exception {
        MachineIdentity one = of("POD_NAMESPACE=shop\n", "db-1");
        MachineIdentity clone = of("POD_NAMESPACE=shop\n", "db-2");

        assertThat(one.machineUid()).hasSize(32).isNotEqualTo(clone.machineUid());
        assertThat(one.machineUid())
                .isEqualTo(of("POD_NAMESPACE=shop\n", "db-1").machineUid());
    }

    @Test
    void doesNotGiveTheMachineIdAway() throws Exception {
        assertThat(of("", "db-1").toString()).doesNotContain(MACHINE_ID.strip().substring(0, 8));
    }

    @Test
    void isAnObserverScopeOfItsOwn() throws Exception {
        MachineIdentity machine = of("ISTIO_META_CLUSTER_ID=east\nPOD_NAMESPACE=shop\n", "db-1");

        assertThat(machine.origin(AT, "vm"))
                .isEqualTo(new Origin("cluster.local", "east", machine.machineUid(), "vm/db-1.shop", AT, "vm"));
    }
}
