package io.meshdiag.collector.extract.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.DriftSide;
import io.meshdiag.fact.DriftedResource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDriftsTest {
    private static Optional<ConfigDrift> compare(String istiod, String envoy) throws Exception {
        return ConfigDrifts.compare(
                TestPages.ORIGIN,
                new ProxyName("shop", "web-1"),
                "istiod-1",
                ResourceDigests.read(TestPages.stream(istiod)),
                ResourceDigests.read(TestPages.stream(envoy)));
    }

    private static List<DriftedResource> drifted(String istiod, String envoy) throws Exception {
        return compare(istiod, envoy).map(ConfigDrift::getResources).orElse(List.of());
    }

    private static String dump(String... sections) {
        return "{\"configs\":[" + String.join(",", sections) + "]}";
    }

    private static String clusters(String... clusters) {
        return "{\"@type\":\"type.googleapis.com/envoy.admin.v3.ClustersConfigDump\",\"dynamic_active_clusters\":["
                + List.of(clusters).stream().map("{\"cluster\":%s}"::formatted).collect(Collectors.joining(","))
                + "]}";
    }

    private static String routes(String virtualHosts) {
        return "{\"@type\":\"type.googleapis.com/envoy.admin.v3.RoutesConfigDump\",\"dynamic_route_configs\":[{\"route_config\":{\"name\":\"80\",\"virtual_hosts\":["
                + virtualHosts + "]}}]}";
    }

    private static String endpoints(String assignments) {
        return "{\"@type\":\"type.googleapis.com/envoy.admin.v3.EndpointsConfigDump\",\"dynamic_endpoint_configs\":["
                + assignments + "]}";
    }

    @Test
    void findsWhatOnlyOneSideHas() throws Exception {
        assertThat(drifted(
                        dump(clusters("{\"name\":\"a\"}", "{\"name\":\"new\"}")),
                        dump(clusters("{\"name\":\"old\"}", "{\"name\":\"a\"}"))))
                .extracting(DriftedResource::getType, DriftedResource::getResource, DriftedResource::getSide)
                .containsExactly(tuple("CDS", "new", DriftSide.ONLY_ISTIOD), tuple("CDS", "old", DriftSide.ONLY_ENVOY));
    }

    @Test
    void saysOnlyTheVersionThatThereIs() throws Exception {
        assertThat(drifted(dump(clusters("{\"name\":\"new\"}")), dump(clusters())))
                .singleElement()
                .satisfies(resource -> {
                    assertThat(resource.getIstiodVersion()).matches("hash:[0-9a-f]{12}");
                    assertThat(resource.getEnvoyVersion()).isNull();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "the order of fields ~ {'name':'a','type':'EDS','x':{'p':1,'q':2}} ~ {'x':{'q':2,'p':1},'type':'EDS','name':'a'}",
                "the spelling of fields ~ {'name':'a','connectTimeout':'10s'} ~ {'name':'a','connect_timeout':'10s'}",
                "the API version of types ~ {'name':'a','@type':'type.googleapis.com/envoy.api.v2.Cluster'} ~ {'name':'a','@type':'type.googleapis.com/envoy.config.cluster.v3.Cluster'}",
                "how a fraction is written ~ {'name':'a','share':0.1} ~ {'name':'a','share':0.100000001}",
                "a secret ~ {'name':'a','private_key':{'inline_bytes':'W3JlZGFjdGVkXQ=='}} ~ {'name':'a','privateKey':{'inlineBytes':'abc'}}",
            })
    void thisIsNoDifference(String what, String istiod, String envoy) throws Exception {
        assertThat(drifted(dump(clusters(istiod.replace('\'', '"'))), dump(clusters(envoy.replace('\'', '"')))))
                .as(what)
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a value ~ {'name':'a','connect_timeout':'10s'} ~ {'name':'a','connect_timeout':'5s'}",
                "a field that is not there ~ {'name':'a','lb':{}} ~ {'name':'a'}",
                "the order of a list ~ {'name':'a','filters':[1,2]} ~ {'name':'a','filters':[2,1]}",
                "where a value stands ~ {'name':'a','x':{'p':1},'y':{}} ~ {'name':'a','x':{},'y':{'p':1}}",
                "large numbers ~ {'name':'a','max':4294967295} ~ {'name':'a','max':4294967294}",
            })
    void thisIsADifference(String what, String istiod, String envoy) throws Exception {
        assertThat(drifted(dump(clusters(istiod.replace('\'', '"'))), dump(clusters(envoy.replace('\'', '"')))))
                .as(what)
                .extracting(DriftedResource::getSide)
                .containsExactly(DriftSide.DIFFERENT_VERSION);
    }

    @Test
    void virtualHostsHaveNoOrderAndTheirRoutesHaveOne() throws Exception {
        String a = "{\"name\":\"a\",\"routes\":[{\"m\":1},{\"m\":2}]}";
        String b = "{\"name\":\"b\"}";

        assertThat(drifted(dump(routes(a + "," + b)), dump(routes(b + "," + a))))
                .isEmpty();
        assertThat(drifted(dump(routes(a)), dump(routes("{\"name\":\"a\",\"routes\":[{\"m\":2},{\"m\":1}]}"))))
                .hasSize(1);
    }

    @Test
    void endpointsAreASetOfAddresses() throws Exception {
        String cluster =
                clusters("{\"name\":\"api\",\"type\":\"EDS\",\"eds_cluster_config\":{\"service_name\":\"api\"}}");
        String istiod = endpoints("""
                {"endpoint_config":{"cluster_name":"api","endpoints":[{"lbEndpoints":[
                   {"endpoint":{"address":{"socketAddress":{"address":"10.0.0.1","portValue":80}}}},
                   {"endpoint":{"address":{"socketAddress":{"address":"10.0.0.2","portValue":80}}},"loadBalancingWeight":1}]}]}}""");
        String live = """
                {"endpoint_config":{"cluster_name":"api","endpoints":[
                   {"locality":{"region":"r"},"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"10.0.0.2","port_value":80}}},"health_status":"UNHEALTHY"}]},
                   {"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"10.0.0.%d","port_value":80}}},"health_status":"HEALTHY"}]}]}}""";

        assertThat(drifted(dump(cluster, istiod), dump(cluster, endpoints(live.formatted(1)))))
                .isEmpty();
        assertThat(drifted(dump(cluster, istiod), dump(cluster, endpoints(live.formatted(3)))))
                .extracting(DriftedResource::getType, DriftedResource::getSide)
                .containsExactly(tuple("EDS", DriftSide.DIFFERENT_VERSION));
    }

    @Test
    void hostsThatDoNotComeFromIstiodAreNoEndpointsOfItsOwn() throws Exception {
        String clusters = clusters("{\"name\":\"dns\",\"type\":\"STRICT_DNS\"}");

        assertThat(drifted(
                        dump(clusters, endpoints("")),
                        dump(clusters, endpoints("{\"endpoint_config\":{\"cluster_name\":\"dns\"}}"))))
                .isEmpty();
    }

    @Test
    void endpointsThatEnvoyNeverReceivedAreFound() throws Exception {
        String clusters = clusters("{\"name\":\"api\",\"type\":\"EDS\"}");

        assertThat(drifted(
                        dump(clusters, endpoints("{\"endpoint_config\":{\"cluster_name\":\"api\"}}")),
                        dump(clusters, endpoints(""))))
                .extracting(DriftedResource::getType, DriftedResource::getSide)
                .containsExactly(tuple("EDS", DriftSide.ONLY_ISTIOD));
    }

    @Test
    void aSectionThatOneSideDoesNotShowIsNotCompared() throws Exception {
        String clusters = clusters("{\"name\":\"api\"}");

        assertThat(drifted(dump(clusters), dump(clusters, routes("")))).isEmpty();
    }

    @Test
    void anEmptySectionIsCompared() throws Exception {
        String empty = "{\"@type\":\"type.googleapis.com/envoy.admin.v3.RoutesConfigDump\"}";

        assertThat(drifted(dump(empty), dump(routes(""))))
                .extracting(DriftedResource::getSide)
                .containsExactly(DriftSide.ONLY_ENVOY);
    }

    @Test
    void whatWarmsWasReceivedAndWhatIsRefusedWasNot() throws Exception {
        String type = "\"@type\":\"type.googleapis.com/envoy.admin.v3.ListenersConfigDump\"";
        String listener = "{\"listener\":{\"name\":\"l\",\"port\":%d}}";
        String istiod = "{%s,\"dynamicListeners\":[{\"name\":\"l\",\"activeState\":%s}]}"
                .formatted(type, listener.formatted(2));

        assertThat(drifted(
                        dump(istiod),
                        dump("{%s,\"dynamic_listeners\":[{\"name\":\"l\",\"warming_state\":%s,\"active_state\":%s}]}"
                                .formatted(type, listener.formatted(2), listener.formatted(1)))))
                .isEmpty();
        assertThat(drifted(
                        dump(istiod),
                        dump(
                                "{%s,\"dynamic_listeners\":[{\"name\":\"l\",\"error_state\":{\"failed_configuration\":{\"name\":\"l\"}}}]}"
                                        .formatted(type))))
                .extracting(DriftedResource::getSide)
                .containsExactly(DriftSide.ONLY_ISTIOD);
    }

    @Test
    void aFactNamesFiftyAndCountsAll() throws Exception {
        String[] many = IntStream.range(0, 120)
                .mapToObj("{\"name\":\"c%03d\"}"::formatted)
                .toArray(String[]::new);

        ConfigDrift drift = compare(dump(clusters(many)), dump(clusters())).orElseThrow();

        assertThat(drift.getResources()).hasSize(50);
        assertThat(drift.getResources().get(49).getResource()).isEqualTo("c049");
        assertThat(drift.getResourcesCount()).isEqualTo(120);
    }

    @Test
    void manyClustersDoNotHideTheOneRoute() throws Exception {
        String[] many = IntStream.range(0, 120)
                .mapToObj("{\"name\":\"c%03d\"}"::formatted)
                .toArray(String[]::new);
        String noRoutes = "{\"@type\":\"type.googleapis.com/envoy.admin.v3.RoutesConfigDump\"}";

        ConfigDrift drift = compare(dump(clusters(many), routes("")), dump(clusters(), noRoutes))
                .orElseThrow();

        assertThat(drift.getResources())
                .hasSize(50)
                .extracting(DriftedResource::getType)
                .contains("RDS");
        assertThat(drift.getResourcesCount()).isEqualTo(121);
    }

    @Test
    void halfADumpIsNoDump() {
        String whole = dump(clusters("{\"name\":\"a\"}", "{\"name\":\"b\"}"));

        assertThatThrownBy(() -> ResourceDigests.read(TestPages.stream(whole.substring(0, whole.length() - 6))))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageContaining("ends in the middle");
    }

    @Test
    void istiodsExcuseIsSaid() {
        assertThatThrownBy(() -> ResourceDigests.read(TestPages.stream(
                        "Proxy not connected to this Pilot instance. It may be connected to another instance.\n")))
                .hasMessageContaining("another replica has it");
    }

    @Test
    void nothingOfAResourceButItsNameIsTold() throws Exception {
        String fact = compare(
                        dump(clusters("{\"name\":\"a\",\"value\":\"c4nary-of-istiod\",\"private_key\":\"k3y\"}")),
                        dump(clusters("{\"name\":\"a\",\"value\":\"c4nary-of-envoy\",\"private_key\":\"k3y\"}")))
                .orElseThrow()
                .toString();

        assertThat(fact).doesNotContain("c4nary", "k3y");
    }
}
