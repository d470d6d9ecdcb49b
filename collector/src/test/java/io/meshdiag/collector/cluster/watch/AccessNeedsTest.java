package io.meshdiag.collector.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccessNeedsTest {
    private final List<AccessNeed> needs = AccessNeeds.of(WatchSettings.DEFAULT);

    @Test
    void needsNothingButToListAndWatch() {
        assertThat(needs).extracting(AccessNeed::verbs).containsOnly(List.of("list", "watch"));
    }

    @Test
    void needsSecretsInTheIstioNamespaceOnly() {
        assertThat(needs)
                .filteredOn(need -> need.resource().equals("secrets"))
                .extracting(AccessNeed::namespace)
                .containsExactly("istio-system");
    }

    /** kube-root-ca.crt is among them, by which RMT-07 knows whose CA a remote secret holds. */
    @Test
    void needsAllConfigMapsOfTheIstioNamespace() {
        assertThat(needs)
                .contains(new AccessNeed("", "configmaps", List.of("list", "watch"), "istio-system", List.of()));
    }

    @Test
    void needsConfigMapsElsewhereByNameOnly() {
        assertThat(needs)
                .filteredOn(need -> need.resource().equals("configmaps") && need.namespace() == null)
                .extracting(AccessNeed::resourceNames)
                .containsExactly(List.of("istio-ca-root-cert"));
    }
}
