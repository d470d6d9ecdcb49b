package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.TokenState;
import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.TestMachine;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmCredentialsExpiredTest {
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(9));

    @Test
    void putsMachinesOfAGroupIntoOneFindingAndNamesTheStepsForTheFirst() {
        var east = cluster("east").with(off("db-1"), off("db-2"), machine("east", "db-3"));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("east-uid|shop/db");
            assertThat(v.title()).isEqualTo("2 virtual machines of group shop/db: certificate and token have ended");
            assertThat(v.scope().getClusters()).containsExactly("east");
            assertThat(v.scope().getMachines()).containsExactly("db-1.shop", "db-2.shop");
            assertThat(v.since()).contains(LONG_AGO.plus(Duration.ofDays(1)));
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains(
                            "kubectl --context=east --namespace=shop create token db --audience=istio-ca --duration=1h | "
                                    + "ssh -- db-1 'sudo tee /var/run/secrets/tokens/istio-token > /dev/null'");
        });
    }

    @Test
    void isSilentAboutATokenThatEndedWhileTheCertificateRenewsItself() {
        assertThat(detect(cluster("east").with(machine("east", "db-1")))).isEmpty();
    }

    @Test
    void isSilentAboutAnOldCertificateWhileTheTokenIsValid() {
        var east = cluster("east").with(off("db-1").says(vm -> vm.setTokenExpiresAt(NOW.plusSeconds(1))));

        assertThat(detect(east)).isEmpty();
    }

    @Test
    void countsATokenAsOverAtTheMomentAtWhichItEnds() {
        var east = cluster("east").with(off("db-1").says(vm -> vm.setTokenExpiresAt(NOW)));

        assertThat(detect(east)).hasSize(1);
    }

    @Test
    void foretellsTheEndOfACertificateThatIsOverdueForRenewal() {
        Instant end = NOW.plus(Duration.ofHours(8)).minusSeconds(1);
        var late = machine("east", "db-1").certified(end.minus(Duration.ofDays(1)), end);
        // 0.65 of a day is 15 h 36 min: a certificate of that age may still be asked for.
        Instant later = NOW.plus(Duration.ofMinutes(504));
        var inTime = machine("east", "db-2").certified(later.minus(Duration.ofDays(1)), later);

        assertThat(detect(cluster("east").with(late, inTime))).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.scope().getMachines()).containsExactly("db-1.shop");
            assertThat(v.forecast().orElseThrow().getHappensAt()).isEqualTo(end);
            assertThat(v.judgeAgainAt()).contains(end);
        });
    }

    @Test
    void foretellsTheEndOfACertificateThatIsNotKeptOnDisk() {
        var forgetful =
                machine("east", "db-1").says(vm -> vm.setDiskCertificate(null).setCertificateKept(false));
        Instant end = forgetful.health().getProxyCertificate().getNotAfter();

        assertThat(detect(cluster("east").with(forgetful))).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.forecast().orElseThrow().getHappensAt()).isEqualTo(end);
            assertThat(v.description()).contains("it is not kept on disk");
        });
    }

    @Test
    void doesNotTakeACertificateForUnkeptThatOnlyCannotBeSeenOnDisk() {
        var unseen =
                machine("east", "db-1").says(vm -> vm.setDiskCertificate(null).setCertificateKept(null));

        assertThat(detect(cluster("east").with(unseen))).isEmpty();
    }

    @Test
    void tellsOfAMachineThatHasNoCertificateAtAllAndAnOldToken() {
        assertThat(detect(cluster("east").with(bare("db-1")))).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.evidence())
                    .extracting(Evidence::getValue)
                    .anyMatch(text -> text.startsWith("db-1.shop: certificate absent; token ends "));
        });
    }

    @Test
    void doesNotMissACertificateThatAgentOrProxyMustHave() {
        var ready = bare("db-1").says(vm -> vm.setReadyStatus(200));
        var counted = bare("db-2").says(vm -> vm.setAgentCertificateExpiresAt(NOW.plusSeconds(1)));
        var unseen = bare("db-3").says(vm -> vm.setCertificateKept(null));

        assertThat(detect(cluster("east").with(ready, counted, unseen))).isEmpty();
    }

    @Test
    void tellsApartMachinesThatLostTheirTokenWhenTheyBooted() {
        var lost = off("db-2").says(vm -> vm.setToken(TokenState.MISSING).setTokenExpiresAt(null));

        assertThat(detect(cluster("east").with(off("db-1"), lost)))
                .extracting(Verdict::scopeKey)
                .containsExactly("east-uid|shop/db", "east-uid|shop/db|token-lost");
    }

    @Test
    void doesNotKnowOfMachinesThatFellSilent() {
        assertThat(detect(cluster("east").with(off("db-1").silent())))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("virtual machine db-1.shop: the collector is silent");
                });
        assertThat(detect(cluster("east").with(off("db-1").silent(), off("db-2"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scope().getMachines()).containsExactly("db-2.shop");
                });
    }

    private static TestMachine off(String host) {
        return machine("east", host).certified(LONG_AGO, LONG_AGO.plus(Duration.ofDays(1)));
    }

    /** Neither on disk nor in Envoy is a certificate, and Envoy waits for its first. */
    private static TestMachine bare(String host) {
        return machine("east", host).says(vm -> vm.setDiskCertificate(null)
                .setCertificateKept(false)
                .setProxyCertificate(null)
                .setServerState("PRE_INITIALIZING")
                .setReadyStatus(503));
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new VmCredentialsExpired().detect(mesh(clusters)).toList();
    }
}
