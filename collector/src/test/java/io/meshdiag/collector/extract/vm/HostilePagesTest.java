package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.AT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.x509.TestCertificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, its parser says what it read or in one short sentence why it cannot, soon, and nothing of a secret in it. */
class HostilePagesTest {
    private static final String SECRET = "hunter2secret";
    private static final Duration SOON = Duration.ofSeconds(20);

    private interface Parser {
        Object parse(InputStream page) throws IOException, UnreadablePageException;
    }

    private static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(
                        "unit",
                        SystemdUnit::parse,
                        "LoadState=loaded\nActiveState=active\nNRestarts=1\nEnvironment=" + SECRET + "\n"),
                new Kind(
                        "metrics",
                        page -> AgentMetrics.parse(page, AT),
                        "istiod_connection_failures{a=\"" + SECRET + "\"} 3\n"),
                new Kind(
                        "settings",
                        VmSettings::parse,
                        "POD_NAME='db-1'\nPASSWORD=\"" + SECRET + "\"\nISTIO_AGENT_FLAGS=\"--x " + SECRET + "\"\n"),
                new Kind(
                        "config",
                        AgentConfig::parse,
                        "defaultConfig:\n  meshId: mesh1\n  proxyMetadata: {PASSWORD: " + SECRET + "}\n"),
                new Kind("token", Token::parse, TokenTest.jwt("{\"exp\":1795255200,\"sub\":\"" + SECRET + "\"}")),
                new Kind(
                        "hosts",
                        page -> HostsFile.addresses(page, "istiod:15012"),
                        "10.0.0.9 istiod # " + SECRET + "\n"),
                new Kind(
                        "certificates",
                        DiskCertificates::parse,
                        TestCertificates.root("Root").pem() + SECRET),
                new Kind("iptables", page -> IptablesPage.parse(page, 4), Rules.WHOLE + "# " + SECRET + "\n"),
                new Kind("nftables", NftablesPage::parse, Rules.NFT + "# " + SECRET + "\n"));
    }

    /** A parser, and a page that it can read. */
    private record Kind(String name, Parser parser, String page) {
        @Override
        public String toString() {
            return name;
        }

        private byte[] bytes() {
            return page.getBytes(StandardCharsets.UTF_8);
        }

        private void survives(byte[] hostile) throws IOException {
            try {
                Object read = parser.parse(new ByteArrayInputStream(hostile));
                assertThat(String.valueOf(read)).doesNotContain(SECRET);
            } catch (UnreadablePageException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300).doesNotContain(SECRET);
            }
        }

        private void survivesSoon(Stream<byte[]> pages) {
            assertTimeoutPreemptively(SOON, () -> {
                for (byte[] hostile : (Iterable<byte[]>) pages::iterator) {
                    survives(hostile);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsTheWholePage(Kind kind) throws Exception {
        assertThat(kind.parser.parse(new ByteArrayInputStream(kind.bytes()))).isNotNull();
        kind.survives(kind.bytes());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void survivesAPageThatWasCutOffAnywhere(Kind kind) {
        byte[] whole = kind.bytes();

        kind.survivesSoon(IntStream.iterate(0, cut -> cut < whole.length, cut -> cut + 1 + whole.length / 200)
                .mapToObj(cut -> Arrays.copyOf(whole, cut)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void survivesOtherEncodings(Kind kind) {
        kind.survivesSoon(Stream.of(
                kind.page.getBytes(StandardCharsets.UTF_16),
                kind.page.getBytes(StandardCharsets.UTF_16LE),
                kind.page.replace('a', '\u00e4').getBytes(StandardCharsets.ISO_8859_1),
                kind.page.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void survivesNoise(Kind kind) {
        Random random = new Random(20261121);

        kind.survivesSoon(IntStream.range(0, 200).mapToObj(i -> {
            byte[] noise = i % 2 == 0 ? new byte[i * 5] : kind.bytes();
            for (int at = 0; at < noise.length; at += i % 2 == 0 ? 1 : 1 + random.nextInt(20)) {
                noise[at] = (byte) random.nextInt(256);
            }
            return noise;
        }));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void survivesLinesAndPagesWithoutEnd(Kind kind) {
        byte[] line = new byte[8 << 20];
        Arrays.fill(line, (byte) 'a');

        kind.survivesSoon(Stream.of(
                line,
                kind.page
                        .replace("\n", " ")
                        .repeat(1 + (4 << 20) / kind.page.length())
                        .getBytes(StandardCharsets.UTF_8),
                "\n".repeat(1 << 20).getBytes(StandardCharsets.UTF_8),
                "{[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8),
                "'\"\\$(".repeat(1 << 19).getBytes(StandardCharsets.UTF_8)));
    }
}
