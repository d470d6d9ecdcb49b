package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.TokenState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.TestMachine;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VmTokenLostTest {
    private static final Instant BOOT = NOW.minusSeconds(3600);

    @Test
    void findsAMachineThatAsksForTheTokenThatItLostAtBoot() {
        assertThat(detect(cluster("east").with(lost("db-1").logs("proxy.token.unreadable"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.since()).contains(BOOT);
                    assertThat(v.scope().getMachines()).containsExactly("db-1.shop");
                });
    }

    @Test
    void isSilentWhileTheCertificateServes() {
        assertThat(detect(cluster("east").with(lost("db-1")))).isEmpty();
    }

    @Test
    void findsItWhenTheCertificateIsOver() {
        var old = NOW.minus(Duration.ofDays(3));

        assertThat(detect(cluster("east").with(lost("db-1").certified(old, old.plus(Duration.ofDays(1))))))
                .hasSize(1);
    }

    @Test
    void isSilentAboutAMachineThatGotItsCertificateSinceItBooted() {
        var fresh = lost("db-1")
                .certified(BOOT.plusSeconds(60), BOOT.plusSeconds(86_460))
                .logs("proxy.token.unreadable");
        var exactlyThen = lost("db-2").certified(BOOT, BOOT.plusSeconds(86_400)).logs("proxy.token.unreadable");

        assertThat(detect(cluster("east").with(fresh, exactlyThen))).isEmpty();
    }

    @Test
    void doesNotKnowOfAMachineThatFellSilent() {
        assertThat(detect(cluster("east")
                        .with(lost("db-1").logs("proxy.token.unreadable").silent())))
                .singleElement()
                .satisfies(v -> assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN));
    }

    private static TestMachine lost(String host) {
        return machine("east", host)
                .says(vm ->
                        vm.setToken(TokenState.MISSING).setTokenExpiresAt(null).setBootedAt(BOOT));
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new VmTokenLost().detect(mesh(clusters)).toList();
    }
}
