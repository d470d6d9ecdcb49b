package io.meshdiag.collector.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccessNeedsTest {
    private final List<AccessNeed> needs = AccessNeeds.of(WatchSettings.DEFAULT);

    @Test
    void needs_nothing_but_to_list_and_watch() {
        assertThat(needs).extracting(AccessNeed::verbs).containsOnly(List.of("list", "watch"));
    }

    @Test
    void needs_secrets_in_the_istio_namespace_only() {
        assertThat(needs)
                .filteredOn(need -> need.resource().equals("secrets"))
                .extracting(AccessNeed::namespace)
                .containsExactly("istio-system");
    }

    @Test
    void needs_config_maps_elsewhere_by_name_only() {
        assertThat(needs)
                .filteredOn(need -> need.resource().equals("configmaps") && need.namespace() == null)
                .extracting(AccessNeed::resourceNames)
                .containsExactly(List.of("istio-ca-root-cert"));
    }
}
