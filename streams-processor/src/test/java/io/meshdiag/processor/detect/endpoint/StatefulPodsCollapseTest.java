package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.ServiceView;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatefulPodsCollapseTest {
    @Test
    void countsPodsAndNames() {
        assertThat(detect(reviews(
                        east().selectsPods("db-0", "db-1", "db-2").knowsSelected("istiod-1", 3),
                        west().selectsPods("db-0", "db-1"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("shop/reviews");
                    assertThat(v.scope().getClusters()).containsExactly("east", "west");
                    assertThat(v.description())
                            .startsWith(
                                    "5 ready pods of StatefulSets in 2 clusters are selected, with 3 different names; istiod"
                                            + " in east has 3 endpoint(s).");
                    assertThat(v.subject().getName()).isEqualTo("reviews-entry");
                    assertThat(v.affected().getSamples()).containsExactly("shop/db-0", "shop/db-1", "shop/db-2");
                    assertThat(v.steps().get(1).getCommand())
                            .isEqualTo(
                                    "kubectl --context=west --namespace=shop get pods --output=wide --selector=app=reviews");
                });
    }

    @Test
    void isSilentWhenNamesDiffer() {
        assertThat(detect(reviews(
                        east().selectsPods("db-east-0").knowsSelected("istiod-1", 1), west().selectsPods("db-west-0"))))
                .isEmpty();
    }

    @Test
    void isSilentWhenIstiodTellsThemApartAllTheSame() {
        assertThat(detect(reviews(
                        east().selectsPods("db-0", "db-1").knowsSelected("istiod-1", 3),
                        west().selectsPods("db-0", "db-1"))))
                .isEmpty();
        assertThat(detect(reviews(
                        east().selectsPods("db-0", "db-1").knowsSelected("istiod-1", 2),
                        west().selectsPods("db-0", "db-1"))))
                .hasSize(1);
    }

    @Test
    void isSilentOnClustersThatIstiodDoesNotRead() {
        assertThat(detect(reviews(
                        cluster("east").selectsPods("db-0").knowsSelected("istiod-1", 1), west().selectsPods("db-0"))))
                .isEmpty();
    }

    @Test
    void isSilentWhereIstiodHasNone() {
        assertThat(detect(reviews(east().selectsPods("db-0").knowsSelected("istiod-1", 0), west().selectsPods("db-0"))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenPodsCannotBeReadThisTime() {
        assertThat(detect(reviews(
                        east().selectsPods("db-0").knowsSelected("istiod-1", 1),
                        west().selectsPods("db-0").source("kubernetes/pods", SourceState.UNREACHABLE))))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster east() {
        return cluster("east").linkedTo("west");
    }

    private static TestCluster west() {
        return cluster("west");
    }

    private static List<Verdict> detect(ServiceView view) {
        return new StatefulPodsCollapse().detect(view).toList();
    }
}
