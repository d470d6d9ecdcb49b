package io.meshdiag.collector.cluster.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.cluster.log.FakePods;
import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.ProbeTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NameRoundTest {
    private static final ProbeAim NAME = new ProbeAim("east", ProbeTarget.GATEWAY_NAME, "gateway.east.example", 0);

    private final FakePods cluster = new FakePods();
    private final Set<ProbeAim> names = new TreeSet<>(Set.of(NAME));
    private List<String> addresses = List.of("203.0.113.9", "203.0.113.7");

    private final NameRound round = new NameRound(cluster.surroundings(), () -> names, this::resolve);

    private InetAddress[] resolve(String host) throws UnknownHostException {
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        InetAddress[] found = new InetAddress[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses.get(i));
        }
        return found;
    }

    @AfterEach
    void stop() {
        round.close();
    }

    @Test
    void tellsTheAddressesOfANameAndSinceWhenTheyAreTheSame() throws Exception {
        round.run();
        addresses = List.of("203.0.113.7", "203.0.113.9");
        round.run();

        List<Connectivity> told = cluster.facts.only(Connectivity.class);
        assertThat(told).as("another order is no news").hasSize(1);
        assertThat(told.get(0).getAddresses()).containsExactly("203.0.113.7", "203.0.113.9");
        assertThat(told.get(0).getSteadySince())
                .isEqualTo(told.get(0).getHeader().getObservedAt());
        assertThat(cluster.facts.latest())
                .containsOnlyKeys("mesh1/east@0a1b2c3d/Connectivity/east/GATEWAY_NAME/gateway.east.example:0");
    }

    @Test
    void beginsAnewWhenTheAnswerChanges() throws Exception {
        round.run();
        addresses = List.of("203.0.113.8");
        round.run();

        assertThat(cluster.facts.only(Connectivity.class).get(1).getAddresses()).containsExactly("203.0.113.8");
    }

    @Test
    void saysWhyANameHasNoAddress() throws Exception {
        addresses = List.of();
        round.run();

        Connectivity told = cluster.facts.only(Connectivity.class).get(0);
        assertThat(told.getAddresses()).isEmpty();
        assertThat(told.getSteadySince()).isNull();
        assertThat(told.getRungs()).singleElement().satisfies(rung -> {
            assertThat(rung.getOk()).isFalse();
            assertThat(rung.getDetail()).isEqualTo("DNS_NXDOMAIN: the name has no address");
        });
    }

    @Test
    void takesBackANameThatIsGone() throws Exception {
        round.run();
        names.clear();
        round.run();

        assertThat(cluster.facts.calls())
                .containsExactly(
                        "Connectivity",
                        "tombstone mesh1/east@0a1b2c3d/Connectivity/east/GATEWAY_NAME/gateway.east.example:0");
    }
}
