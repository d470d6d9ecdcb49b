package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.reviews;
import static io.meshdiag.processor.detect.FleetFixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ServicePortInfo;
import io.meshdiag.fact.SourceState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.ServiceView;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceDefinedDifferentlyTest {
    @Test
    void namesTheMinority() {
        assertThat(detect(reviews(with("east", 9080), with("north", 9080), with("west", 8080))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("shop/reviews");
                    assertThat(v.scope().getClusters()).containsExactly("west");
                    assertThat(v.title()).isEqualTo("shop/reviews is defined differently in west");
                    assertThat(v.description())
                            .startsWith("2 cluster(s) define it as ports http 9080/TCP, 1 otherwise: west as ports"
                                    + " http 8080/TCP.");
                    assertThat(v.steps().get(0).getCommand())
                            .isEqualTo(
                                    "diff <(kubectl --context=east --namespace=shop get service reviews --output=yaml)"
                                            + " <(kubectl --context=west --namespace=shop get service reviews --output=yaml)");
                });
    }

    @Test
    void namesBothSidesWhenNeitherIsTheMajority() {
        assertThat(detect(reviews(with("east", 9080), with("west", 8080))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.confidence()).isEqualTo(0.7);
                    assertThat(v.scope().getClusters()).containsExactly("east", "west");
                });
    }

    @Test
    void firesWhenOnlyOneClusterHasItHeadless() {
        var west = linked("west").hasReviews(1, b -> b.setHeadless(true));

        assertThat(detect(reviews(linked("east").hasReviews(1), west))).hasSize(1);
    }

    @Test
    void isSilentWhenItIsExposedInOneClusterOnly() {
        var west = linked("west").hasReviews(1, b -> b.setType("LoadBalancer").setSpecHash("other"));

        assertThat(detect(reviews(linked("east").hasReviews(1), west))).isEmpty();
    }

    @Test
    void isSilentWhenTheClustersAreNotLinked() {
        var west = cluster("west").hasReviews(1, b -> b.setHeadless(true));

        assertThat(detect(reviews(cluster("east").hasReviews(1), west))).isEmpty();
    }

    @Test
    void isSilentForServicesThatStayInTheirCluster() {
        assertThat(detect(reviews(with("east", 9080).clusterLocal("*.shop.svc.cluster.local"), with("west", 8080))))
                .isEmpty();
        assertThat(detect(service("kube-system", "kube-dns", with("east", 9080), with("west", 8080))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenServicesCouldNotBeReadThisTime() {
        var west = with("west", 8080).source("kubernetes/resources", SourceState.UNREACHABLE);

        assertThat(detect(reviews(with("east", 9080), west)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster linked(String id) {
        return cluster(id).linkedTo("east", "north", "west");
    }

    private static TestCluster with(String id, int port) {
        return linked(id).hasReviews(1, b -> b.setPorts(List.of(new ServicePortInfo("http", port, "TCP", null))));
    }

    private static List<Verdict> detect(ServiceView view) {
        return new ServiceDefinedDifferently().detect(view).toList();
    }
}
