package io.meshdiag.collector.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressSetTest {
    @Test
    void isTheSameInAnyOrderAndHoweverOftenAnAddressIsNamed() {
        AddressSet set = of("10.0.0.1", "10.0.0.2", "10.0.0.1");

        assertThat(set.size()).isEqualTo(2);
        assertThat(set.digest()).isEqualTo(of("10.0.0.2", "10.0.0.1").digest());
    }

    @Test
    void isAnotherWhenOneAddressIsAnother() {
        assertThat(of("10.0.0.1", "10.0.0.3").digest())
                .isNotEqualTo(of("10.0.0.1", "10.0.0.2").digest());
    }

    @Test
    void doesNotTakeNeighbouringPairsForEqual() {
        Set<Long> digests = new HashSet<>();
        int pairs = 0;
        for (int a = 1; a < 100; a++) {
            for (int b = a + 1; b < 100; b++) {
                digests.add(of("10.0.0." + a, "10.0.0." + b).digest());
                pairs++;
            }
        }

        assertThat(digests).hasSize(pairs);
    }

    @Test
    void joinsOtherSets() {
        AddressSet set = of("10.0.0.1", "10.0.0.2");

        set.addAll(of("10.0.0.2", "fd00::1"));

        assertThat(set.size()).isEqualTo(3);
        assertThat(set.digest()).isEqualTo(of("fd00::1", "10.0.0.1", "10.0.0.2").digest());
    }

    @Test
    void takesNoAddressForNone() {
        assertThat(of("").size()).isZero();
        assertThat(of("").digest()).isZero();
    }

    private static AddressSet of(String... addresses) {
        AddressSet set = new AddressSet();
        List.of(addresses).forEach(set::add);
        return set;
    }
}
