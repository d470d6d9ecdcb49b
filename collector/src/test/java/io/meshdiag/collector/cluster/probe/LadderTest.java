package io.meshdiag.collector.cluster.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final Servers servers = new Servers();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        servers.close();
    }

    private static List<ProbeRung> climb(ProbeTarget target, String host, int port, Duration timeout) throws Exception {
        return climb(target, host, port, timeout, name -> {
            throw new UnknownHostException(name + ": Name or service not known");
        });
    }

    private static List<ProbeRung> climb(
            ProbeTarget target, String host, int port, Duration timeout, NameLookup.Resolver resolver)
            throws Exception {
        try (NameLookup names = new NameLookup(resolver)) {
            return new Ladder(names, timeout).climb(new ProbeAim("west", target, host, port));
        }
    }

    private static List<ProbeRung> apiServer(int port, Duration timeout) throws Exception {
        return climb(ProbeTarget.API_SERVER, "127.0.0.1", port, timeout);
    }

    private static List<ProbeRung> gateway(int port) throws Exception {
        return climb(ProbeTarget.EAST_WEST_GATEWAY, "127.0.0.1", port, LONG);
    }

    private static String summary(List<ProbeRung> rungs) {
        StringBuilder text = new StringBuilder();
        for (ProbeRung rung : rungs) {
            text.append(rung.getRung()).append(rung.getOk() ? " ok" : " not");
            if (!rung.getDetail().isEmpty()) {
                text.append(' ').append(rung.getDetail().split(":")[0]);
            }
            text.append("; ");
        }
        return text.toString().strip();
    }

    @Test
    void reachesATlsServerWhoseCertificateNobodyTrusts() throws Exception {
        assertThat(summary(apiServer(servers.tls(), LONG))).isEqualTo("TCP ok; TLS ok;");
    }

    @Test
    void looksANameUpFirst() throws Exception {
        int port = servers.tls();

        List<ProbeRung> rungs =
                climb(ProbeTarget.API_SERVER, "api.west.example", port, LONG, name -> new InetAddress[] {loopback(1)});

        assertThat(summary(rungs)).isEqualTo("DNS ok; TCP ok; TLS ok;");
    }

    @Test
    void triesTheOtherAddressesOfAName() throws Exception {
        int port = servers.tls();

        List<ProbeRung> rungs = climb(ProbeTarget.API_SERVER, "api.west.example", port, LONG, name ->
                new InetAddress[] {loopback(3), loopback(1), loopback(2)});

        assertThat(summary(rungs)).isEqualTo("DNS ok; TCP ok; TLS ok;");
    }

    @Test
    void endsAtANameThatDoesNotExist() throws Exception {
        assertThat(summary(climb(ProbeTarget.API_SERVER, "api.west.example", 443, LONG)))
                .isEqualTo("DNS not DNS_NXDOMAIN;");
    }

    @Test
    void tellsAResolverThatCannotTellFromANameThatDoesNotExist() throws Exception {
        List<ProbeRung> rungs = climb(ProbeTarget.API_SERVER, "api.west.example", 443, LONG, name -> {
            throw new UnknownHostException(name + ": Temporary failure in name resolution");
        });

        assertThat(summary(rungs)).isEqualTo("DNS not DNS_UNAVAILABLE;");
    }

    @Test
    void waitsForAResolverNoLongerThanItsTime() throws Exception {
        List<ProbeRung> rungs = climb(ProbeTarget.API_SERVER, "api.west.example", 443, SHORT, name -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(name);
        });

        assertThat(summary(rungs)).isEqualTo("DNS not DNS_TIMEOUT;");
    }

    @Test
    void seesAPortThatNobodyListensOn() throws Exception {
        assertThat(summary(apiServer(Servers.closed(), LONG))).isEqualTo("TCP not REFUSED;");
    }

    @Test
    void seesAWayOnWhichPacketsAreDropped() throws Exception {
        assertThat(summary(apiServer(servers.blackhole(), SHORT))).isEqualTo("TCP not TIMEOUT;");
    }

    @Test
    void seesAServerThatSaysNothing() throws Exception {
        int port = servers.listen(client -> over.await());

        assertThat(summary(apiServer(port, SHORT))).isEqualTo("TCP ok; TLS not TIMEOUT;");
    }

    @Test
    void seesAServerThatDoesNotSpeakTls() throws Exception {
        int port = servers.listen(client ->
                client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

        assertThat(summary(apiServer(port, LONG))).isEqualTo("TCP ok; TLS not NOT_TLS;");
        assertThat(summary(gateway(port))).isEqualTo("TCP ok; TLS not NOT_TLS;");
    }

    @Test
    void takesAnAlertForTheAnswerOfATlsServer() throws Exception {
        int port = servers.listen(client -> {
            client.getInputStream().read();
            client.getOutputStream().write(UNRECOGNIZED_NAME);
        });

        List<ProbeRung> rungs = apiServer(port, LONG);

        assertThat(summary(rungs)).isEqualTo("TCP ok; TLS ok TLS_ALERT;");
        assertThat(rungs.get(1).getDetail()).endsWith("unrecognized_name");
    }

    /** As Envoy does with a name that none of its filter chains matches. */
    @Test
    void takesClosingForTheAnswerOfAGatewayButNotOfAnApiServer() throws Exception {
        int port = servers.listen(client -> {
            readHello(client.getInputStream());
            client.close();
        });

        assertThat(summary(gateway(port))).isEqualTo("TCP ok; TLS ok TLS_CLOSED;");
        assertThat(summary(apiServer(port, LONG))).isEqualTo("TCP ok; TLS not TLS_CLOSED;");
    }

    /** Envoy only peeks at the hello: closing with bytes unread resets the connection. */
    @Test
    void takesAResetForTheAnswerOfAGatewayButNotOfAnApiServer() throws Exception {
        int port = servers.listen(client -> {
            client.getInputStream().read();
            client.setSoLinger(true, 0);
            client.close();
        });

        assertThat(summary(gateway(port))).isEqualTo("TCP ok; TLS ok RESET;");
        assertThat(summary(apiServer(port, LONG))).isEqualTo("TCP ok; TLS not RESET;");
    }

    @Test
    void greetsAGatewayWithANameThatNoServiceHas() throws Exception {
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        CountDownLatch read = new CountDownLatch(1);
        int port = servers.listen(client -> {
            hello.write(readHello(client.getInputStream()));
            read.countDown();
            client.close();
        });

        gateway(port);
        read.await();

        assertThat(hello.toString(StandardCharsets.ISO_8859_1)).contains("meshdiag-probe.invalid");
    }

    @Test
    void greetsAServerWhoseNameTlsDoesNotAllowWithoutIt() throws Exception {
        List<ProbeRung> rungs = climb(ProbeTarget.API_SERVER, "api_server.west", servers.tls(), LONG, name ->
                new InetAddress[] {loopback(1)});

        assertThat(summary(rungs)).isEqualTo("DNS ok; TCP ok; TLS ok;");
    }

    private static InetAddress loopback(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static byte[] readHello(java.io.InputStream in) throws IOException {
        byte[] header = in.readNBytes(5);
        return in.readNBytes(((header[3] & 0xff) << 8) | (header[4] & 0xff));
    }
}
