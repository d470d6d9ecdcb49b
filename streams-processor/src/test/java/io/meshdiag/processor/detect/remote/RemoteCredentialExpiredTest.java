package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteCredentialExpiredTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void isOneFindingForAllClustersThatHoldTheExpiredCredential() {
        var verdicts = detect(
                cluster("east").remoteSecretFor("west", NOW.minus(HOUR)),
                cluster("north").remoteSecretFor("west", NOW.minus(HOUR)),
                cluster("west").remoteSecretFor("east", NOW.plus(Duration.ofDays(300))));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.scope().getClusters()).containsExactly("west");
            assertThat(v.scope().getObservers()).containsExactly("east", "north");
            assertThat(v.title())
                    .isEqualTo("The credential for cluster west is no longer accepted (held by 2 cluster(s))");
            assertThat(v.since()).contains(NOW.minus(HOUR));
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("istioctl create-remote-secret --context=west --name=west"
                            + " | kubectl apply --filename=- --context=east");
        });
    }

    @Test
    void foretellsAnExpiryWithinAWeek() {
        var end = NOW.plus(Duration.ofDays(2));

        assertThat(detect(cluster("east").remoteSecretFor("west", end), cluster("west")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.severity()).isEqualTo(Severity.HIGH);
                    assertThat(v.forecast()).hasValueSatisfying(f -> assertThat(f.getHappensAt())
                            .isEqualTo(end));
                    assertThat(v.judgeAgainAt()).contains(end);
                });
    }

    @Test
    void foretellsWhoWillNoLongerSeeWhat() {
        var end = NOW.plus(Duration.ofDays(2));

        assertThat(detect(
                        cluster("east").remoteSecretFor("west", end),
                        cluster("north").remoteSecretFor("west", end),
                        cluster("west").shares("shop/cart", "shop/reviews")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.affected().getClusters()).isEqualTo(2);
                    assertThat(v.affected().getServices()).isEqualTo(2);
                    assertThat(v.affected().getSamples()).containsExactly("east", "north", "shop/cart", "shop/reviews");
                    assertThat(v.forecast()).hasValueSatisfying(f -> assertThat(f.getConsequence())
                            .isEqualTo("istiods of 2 cluster(s) no longer see the endpoints of west, 2 service(s):"
                                    + " east, north"));
                });
    }

    @Test
    void countsWhatObserversKnowWhereTheyKnowAnything() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west", NOW.minus(HOUR)).seesEndpointsOf("west", "net-west"),
                        cluster("west").shares("shop/cart", "shop/reviews", "shop/web")))
                .singleElement()
                .satisfies(v -> assertThat(v.affected().getServices()).isEqualTo(1));
    }

    @Test
    void isSilentUntilAWeekBefore() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west", NOW.plus(RemoteCredentialExpired.FORECAST)),
                        cluster("west")))
                .isEmpty();
    }

    @Test
    void isSilentForTokensThatDoNotExpire() {
        assertThat(detect(cluster("east").remoteSecretFor("west"), cluster("west")))
                .isEmpty();
    }

    @Test
    void believesIstiodThatIsRefusedWithATokenThatHasNotExpired() {
        var east = cluster("east")
                .remoteSecretFor("west", NOW.plus(Duration.ofDays(300)))
                .istiodLogs(Complaint.UNAUTHORIZED, "west");

        assertThat(detect(east, cluster("west"))).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.evidence().get(0).getValue()).startsWith("istiod istiod-1 is refused, 12 time(s)");
        });
    }

    @Test
    void forgetsRefusalsThatStopped() {
        var east = cluster("east").istiodLogs(Complaint.UNAUTHORIZED, "west", NOW.minus(Complaint.FRESH));

        assertThat(detect(east, cluster("west"))).isEmpty();
    }

    @Test
    void namesATargetThatHasNoCollector() {
        assertThat(detect(cluster("east").remoteSecretFor("far", NOW.minus(HOUR))))
                .singleElement()
                .matches(v -> v.scopeKey().equals("id:far"));
    }

    @Test
    void doesNotKnowWhenAllWhoHoldItAreSilent() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west", NOW.minus(HOUR)).silent(), cluster("west")))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new RemoteCredentialExpired().detect(mesh(clusters)).toList();
    }
}
