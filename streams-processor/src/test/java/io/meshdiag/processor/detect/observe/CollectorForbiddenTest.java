package io.meshdiag.processor.detect.observe;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectorForbiddenTest {
    @Test
    void listsAllSourcesOfAClusterThatMayNotBeReadInOneFinding() {
        var east = cluster("east")
                .source("istiod/syncz", SourceState.FORBIDDEN)
                .source("istiod/clusterz", SourceState.FORBIDDEN);

        assertThat(detect(east, cluster("west"))).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.title())
                    .isEqualTo("The collector of cluster east may not read 2 source(s): istiod/clusterz, istiod/syncz");
            assertThat(v.evidence()).hasSize(2);
        });
    }

    @Test
    void isSilentAboutSourcesThatAreMissingOrOutOfReach() {
        assertThat(detect(cluster("east")
                        .source("istiod/syncz", SourceState.UNREACHABLE)
                        .source("cni/log", SourceState.MISSING)
                        .source("probes/connectivity", SourceState.DISABLED)))
                .isEmpty();
    }

    @Test
    void leavesSecretsToThoseWhoDecidedNotToGrantThem() {
        assertThat(detect(cluster("east").source("kubernetes/secrets", SourceState.FORBIDDEN)))
                .isEmpty();
    }

    @Test
    void doesNotKnowOnceTheCollectorIsSilent() {
        assertThat(detect(cluster("east")
                        .source("istiod/syncz", SourceState.FORBIDDEN)
                        .silent()))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    @Test
    void saysHowAMachinesCollectorComesToTheCertificates() {
        var machine = machine("east", "db-1")
                .source("vm/certs", SourceState.FORBIDDEN)
                .source("vm/iptables", SourceState.FORBIDDEN);

        assertThat(detect(cluster("east").with(machine))).singleElement().satisfies(v -> {
            assertThat(v.title())
                    .isEqualTo(
                            "The collectors of 1 virtual machine(s) of cluster east may not read vm/certs, vm/iptables");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .anyMatch(command -> command.startsWith("ssh -- db-1 ") && command.contains("istio-proxy.conf"))
                    .noneMatch(command -> command.contains("iptables-legacy.conf"));
        });
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new CollectorForbidden().detect(mesh(clusters)).toList();
    }
}
