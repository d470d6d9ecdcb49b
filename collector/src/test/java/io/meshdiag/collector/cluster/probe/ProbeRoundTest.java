package io.meshdiag.collector.cluster.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.cluster.log.FakePods;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.fact.SourceState;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbeRoundTest {
    private static final ProbeSettings ON =
            new ProbeSettings(true, Duration.ofMinutes(5), Duration.ZERO, Duration.ofSeconds(30), 2);

    private final FakePods cluster = new FakePods();
    private final Servers servers = new Servers();
    private final Set<ProbeAim> aims = new TreeSet<>();
    private final AtomicLong clock = new AtomicLong();

    /** What every rung takes: how long it really does depends on how busy this machine is. */
    private Duration pace = Duration.ofMillis(5);

    private ProbeRound round(ProbeSettings settings) {
        return new ProbeRound(
                cluster.surroundings(),
                settings,
                () -> aims,
                name -> {
                    throw new UnknownHostException(name);
                },
                () -> clock.addAndGet(pace.toNanos()));
    }

    private static ProbeAim api(int port) {
        return new ProbeAim("west", ProbeTarget.API_SERVER, "127.0.0.1", port);
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    @Test
    void connectsToNobodyWhereItIsOff() throws Exception {
        aims.add(api(servers.tls()));

        try (ProbeRound round = round(ProbeSettings.DEFAULT)) {
            round.run();
        }

        assertThat(servers.connections).hasValue(0);
        assertThat(cluster.facts.all()).isEmpty();
        assertThat(cluster.coverage("probes/connectivity").getState()).isEqualTo(SourceState.DISABLED);
    }

    @Test
    void tellsEveryRungOfEveryAim() throws Exception {
        aims.add(api(servers.tls()));
        aims.add(new ProbeAim("west", ProbeTarget.EAST_WEST_GATEWAY, "gateway.west.example", 15443));

        try (ProbeRound round = round(ON)) {
            round.run();
        }

        assertThat(cluster.facts.latest().keySet())
                .anyMatch(key -> key.startsWith("mesh1/east@0a1b2c3d/Connectivity/west/API_SERVER/127.0.0.1:"))
                .contains("mesh1/east@0a1b2c3d/Connectivity/west/EAST_WEST_GATEWAY/gateway.west.example:15443");
        assertThat(cluster.facts.only(Connectivity.class))
                .flatExtracting(Connectivity::getRungs)
                .extracting(rung -> rung.getRung() + " " + rung.getOk())
                .containsExactlyInAnyOrder("DNS false", "TCP true", "TLS true");
        assertThat(cluster.coverage("probes/connectivity").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void makesNoNewsOfAnUnchangedWay() throws Exception {
        aims.add(api(servers.tls()));

        try (ProbeRound round = round(ON)) {
            round.run();
            pace = Duration.ofMillis(60);
            round.run();
        }

        assertThat(cluster.facts.only(Connectivity.class)).hasSize(1);
        assertThat(servers.connections).hasValue(2);
    }

    @Test
    void tellsAWayThatTakesMuchLongerThanBefore() throws Exception {
        aims.add(api(servers.tls()));

        try (ProbeRound round = round(ON)) {
            round.run();
            pace = Duration.ofMillis(500);
            round.run();
        }

        assertThat(cluster.facts.only(Connectivity.class))
                .extracting(way -> way.getRungs().get(0).getMillis())
                .containsExactly(5L, 500L);
    }

    @Test
    void takesBackWhatIsNoAimAnyMore() throws Exception {
        ProbeAim aim = api(Servers.closed());
        aims.add(aim);

        try (ProbeRound round = round(ON)) {
            round.run();
            aims.clear();
            round.run();
        }

        assertThat(cluster.facts.calls())
                .containsExactly(
                        "Connectivity",
                        "tombstone mesh1/east@0a1b2c3d/Connectivity/west/API_SERVER/127.0.0.1:" + aim.port());
    }

    @Test
    void saysThatThereAreMoreAimsThanARoundMayProbe() throws Exception {
        for (int i = 0; i < 3; i++) {
            aims.add(new ProbeAim("peer-" + i, ProbeTarget.API_SERVER, "api.example", 443));
        }

        try (ProbeRound round = round(ON)) {
            round.run();
        }

        assertThat(cluster.facts.only(Connectivity.class)).hasSize(2);
        assertThat(cluster.coverage("probes/connectivity").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(cluster.coverage("probes/connectivity").getDetail()).contains("2 of 3 addresses");
    }
}
