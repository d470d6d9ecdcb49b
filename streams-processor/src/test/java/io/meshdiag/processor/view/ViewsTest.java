package io.meshdiag.processor.view;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.processor.detect.FleetFixtures;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.state.ClusterSummary;
import org.junit.jupiter.api.Test;

class ViewsTest {
    @Test
    void sortsRowsByKeyWhateverOrderTheyCameIn() {
        TestCluster east = cluster("east");
        for (String proxy : new String[] {"web-2", "web-1", "db", "web"}) {
            east.proxy(proxy, XdsSyncState.SYNCED, FleetFixtures.NOW, null);
        }

        assertThat(east.view().rows(ProxyStatus.class))
                .extracting(r -> r.fact().getName())
                .containsExactly("db", "web", "web-1", "web-2");
    }

    @Test
    void givesTheRowsOfOneCluster() {
        TestCluster west = cluster("west").remoteSecretFor("east");
        MeshView view = mesh(cluster("east").remoteSecretFor("west").remoteSecretFor("north"), west);

        assertThat(view.rows(RemoteSecret.class)).hasSize(3);
        assertThat(view.rows(RemoteSecret.class, west.summary()))
                .extracting(r -> r.fact().getClusterKey())
                .containsExactly("east");
        assertThat(view.rows(RemoteClusterStatus.class, west.summary())).isEmpty();
    }

    @Test
    void sortsClustersAndFindsThemByAnIdThatIsTheirsAlone() {
        MeshView view = mesh(
                cluster("west"),
                cluster("east"),
                cluster("twin").withUid("uid-1"),
                cluster("twin").withUid("uid-2"));

        assertThat(view.clusters())
                .extracting(ClusterSummary::getClusterId)
                .containsExactly("east", "twin", "twin", "west");
        assertThat(view.cluster("east")).isPresent();
        assertThat(view.cluster("twin")).isEmpty();
        assertThat(view.cluster("north")).isEmpty();
    }

    @Test
    void cannotBeChanged() {
        MeshView view = mesh(cluster("east").remoteSecretFor("west"));

        assertThatThrownBy(() -> view.rows(RemoteSecret.class).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> view.clusters().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
