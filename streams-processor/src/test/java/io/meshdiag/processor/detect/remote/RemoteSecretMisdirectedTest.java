package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteSecretMisdirectedTest {
    @Test
    void isOneFindingForAllSecretsThatLeadNowhere() {
        var verdicts = detect(
                cluster("east").remoteSecret("s", "west", "127.0.0.1", "west-ca"),
                cluster("north").remoteSecret("s", "west", "localhost", "west-ca"),
                cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.scope().getObservers()).containsExactly("east", "north");
            assertThat(v.title())
                    .isEqualTo("The remote secret for cluster west does not lead there (held by 2 cluster(s))");
            assertThat(v.description())
                    .contains("its server 127.0.0.1 is an address that means another machine to everybody who uses it");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("kubectl --context=east --namespace=istio-system get secret istio-remote-secret-west"
                            + " --output=go-template='{{range $id, $config := .data}}{{$config | base64decode}}{{end}}'"
                            + " | grep server:");
        });
    }

    @Test
    void recognisesAnotherClusterByTheCaOfItsApiServer() {
        var verdicts = detect(
                cluster("east").remoteSecret("s", "west", "api.north.example", "north-ca"),
                cluster("north").apiServerCa("north-ca"),
                cluster("west").apiServerCa("west-ca"));

        assertThat(verdicts).singleElement().satisfies(v -> assertThat(v.description())
                .contains("its CA is that of the API server of north, so it leads there"));
    }

    @Test
    void takesAnUnknownCaForAFaultOnlyWhereIstiodDoesNotGetIn() {
        TestCluster west = cluster("west").apiServerCa("west-ca");

        assertThat(detect(
                        cluster("east")
                                .remoteSecret("s", "west", "proxy.example", "proxy-ca")
                                .registeredWith("west"),
                        west))
                .isEmpty();
        assertThat(detect(
                        cluster("east")
                                .remoteSecret("s", "west", "api.west.example", "ca-of-last-year")
                                .registered("istiod-1", RemoteSyncState.TIMEOUT, "west"),
                        west))
                .singleElement()
                .satisfies(v -> assertThat(v.description()).contains("its CA is not that of the API server of west"));
    }

    @Test
    void tellsNothingFromACaThatClustersShare() {
        assertThat(detect(
                        cluster("east").remoteSecret("s", "west", "api.west.example", "company-ca"),
                        cluster("north").apiServerCa("company-ca"),
                        cluster("west").apiServerCa("company-ca")))
                .isEmpty();
    }

    @Test
    void isSilentOfAPrivateAddressAndOfASecretForItself() {
        assertThat(detect(
                        cluster("east")
                                .remoteSecret("s", "west", "10.1.2.3", "west-ca")
                                .remoteSecret("own", "east", "127.0.0.1", "east-ca"),
                        cluster("west")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.1",
                "localhost",
                "[::1]",
                "0.0.0.0",
                "169.254.1.1",
                "kubernetes",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "host.docker.internal"
            })
    void knowsAddressesThatAreLocal(String host) {
        assertThat(RemoteSecretMisdirected.local(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "192.168.1.1", "api.example", "kubernetes.example", "127.example", "fd00::1"})
    void knowsAddressesThatAreNot(String host) {
        assertThat(RemoteSecretMisdirected.local(host)).isFalse();
    }

    @Test
    void doesNotKnowWhenTheHolderIsSilent() {
        assertThat(detect(
                        cluster("east")
                                .remoteSecret("s", "west", "127.0.0.1", "ca")
                                .silent(),
                        cluster("west")))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new RemoteSecretMisdirected().detect(mesh(clusters)).toList();
    }
}
