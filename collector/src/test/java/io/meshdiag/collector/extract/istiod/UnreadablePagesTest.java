package io.meshdiag.collector.extract.istiod;

import static io.meshdiag.collector.extract.TestPages.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.extract.UnreadablePageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnreadablePagesTest {
    private static final IstiodPod ISTIOD = new IstiodPod("istio-system", "istiod-1");

    static Stream<Arguments> pages() {
        List<PageParser> parsers = List.of(
                new SynczPage(ISTIOD),
                new ClusterzPage(ISTIOD),
                new NetworkzPage(ISTIOD),
                new EndpointShardzPage(ISTIOD, null),
                new RegistryzPage(ISTIOD));
        return parsers.stream()
                .flatMap(parser -> Stream.of(
                        Arguments.of(parser, "", "the page is empty; istiod answers so (401)"),
                        Arguments.of(parser, "404 page not found\n", "the server answered 404"),
                        Arguments.of(
                                parser, "You must provide a proxyID in the query string\n", "the page wants a proxy"),
                        Arguments.of(parser, "<html><body>404</body></html>", "the page is HTML or XML"),
                        Arguments.of(parser, "Unauthorized\n", "the server refused the caller"),
                        Arguments.of(parser, "hello", "the page is not JSON"),
                        Arguments.of(parser, "[{\"id\":\"a\"", "the page ends in the middle at character"),
                        Arguments.of(parser, "[{\"id\":S3cr3t}]", "the page is not well-formed at character")));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void saysWhatIsWrongWithAPage(PageParser parser, String page, String sentence) {
        assertThatThrownBy(() -> facts(parser, page))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageStartingWith(sentence)
                .hasMessageNotContaining("S3cr3t")
                .hasNoCause();
    }

    @Test
    void keepsTheFactsBeforeTheCut() {
        List<SpecificRecord> facts = new ArrayList<>();
        String page = """
                [{"proxy":"web-1.shop","istio_version":"1.28.1","cluster_sent":"a"},{"proxy":"web-2.shop","istio_ver""";

        assertThatThrownBy(() -> new SynczPage(ISTIOD).parse(TestPages.stream(page), TestPages.ORIGIN, facts::add))
                .isInstanceOf(UnreadablePageException.class);
        assertThat(facts).hasSize(1);
    }
}
