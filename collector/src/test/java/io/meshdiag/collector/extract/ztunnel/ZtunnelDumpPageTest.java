package io.meshdiag.collector.extract.ztunnel;

import static io.meshdiag.collector.extract.x509.TestCertificates.intermediate;
import static io.meshdiag.collector.extract.x509.TestCertificates.leaf;
import static io.meshdiag.collector.extract.x509.TestCertificates.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ZtunnelDumpPageTest {
    private final Identity root = root("Root CA");
    private final Identity added = root("Root CA 2");
    private final Identity ca = intermediate(root, "Istio CA");
    private final Identity web = leaf(ca, "spiffe://cluster.local/ns/shop/sa/web");

    ZtunnelDumpPageTest() throws Exception {}

    @Test
    void takesTheRootsThatItJudgesPeersByAndTheIssuersAboveItsLeaves() throws Exception {
        TrustBundle bundle =
                parse("""
                {"workloads": {"/10.0.0.1": {"name": "web"}}, "certificates": [
                  {"identity": "spiffe://cluster.local/ns/shop/sa/web", "state": "Available", "certChain": %s, "rootCerts": %s},
                  {"identity": "spiffe://cluster.local/ns/shop/sa/db", "state": "Initializing", "certChain": []}]}
                """.formatted(list(web, ca), list(root, added))).get(0);

        assertThat(bundle.getHolder()).isEqualTo(TrustHolder.ZTUNNEL);
        assertThat(bundle.getNamespace() + "/" + bundle.getName()).isEqualTo("istio-system/ztunnel-x7");
        assertThat(bundle.getTrustedRoots())
                .extracting(CertificateInfo::getSubject)
                .containsExactlyInAnyOrder("CN=Root CA", "CN=Root CA 2");
        assertThat(bundle.getIssuingChain())
                .extracting(CertificateInfo::getSubject)
                .containsExactly("CN=Istio CA");
    }

    @Test
    void takesTheLastOfTheChainForTheRootWhereOlderVersionsHaveNoList() throws Exception {
        TrustBundle bundle = parse(
                        "{\"certificates\": [{\"state\": \"Available\", \"certChain\": " + list(web, ca, root) + "}]}")
                .get(0);

        assertThat(bundle.getTrustedRoots())
                .extracting(CertificateInfo::getSubject)
                .containsExactly("CN=Root CA");
    }

    @Test
    void saysNothingOfAZtunnelThatHasNoCertificateYet() throws Exception {
        assertThat(parse("{\"certificates\": [{\"state\": \"Initializing\", \"certChain\": []}]}"))
                .isEmpty();
    }

    @Test
    void refusesTheDumpOfSomethingElse() {
        assertThatThrownBy(() -> parse("{\"configs\": []}"))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageStartingWith("no list of certificates in it");
    }

    private static List<TrustBundle> parse(String page) throws Exception {
        return TestPages.only(
                TrustBundle.class, TestPages.facts(new ZtunnelDumpPage("istio-system", "ztunnel-x7"), page));
    }

    private static String list(Identity... certificates) {
        return Arrays.stream(certificates)
                .map(c -> "{\"pem\": \"" + c.pem().replace("\n", "\\n") + "\"}")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
