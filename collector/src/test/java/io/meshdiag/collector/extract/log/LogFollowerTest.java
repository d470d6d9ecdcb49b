package io.meshdiag.collector.extract.log;

import static io.meshdiag.collector.extract.TestPages.ORIGIN;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFollowerTest {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final Instant START = Instant.parse("2026-08-22T15:00:00Z");

    private final LogFollower istiod = LogFollower.of("istiod", "istio-system", "istiod-1", WINDOW);

    /** A line as the kubelet gives it with its timestamps. */
    private static String nack(Instant at, String proxy) {
        return at.plusNanos(123_456_789) + " " + at + "\twarn\tads\tADS:LDS: ACK ERROR " + proxy + "-1 Internal:x\n";
    }

    private static String healthy(Instant at) {
        return at.plusNanos(123_456_789) + " " + at + "\tinfo\tads\tPush debounce stable[1]\n";
    }

    private static Instant minute(long minute) {
        return START.plusSeconds(60 * minute);
    }

    private static Origin at(Instant time) {
        return new Origin(ORIGIN.meshId(), ORIGIN.clusterId(), ORIGIN.clusterUid(), "istiod/1", time, "istiod:log");
    }

    private void read(String log, Instant now) throws IOException {
        istiod.read(stream(log), now);
    }

    private List<LogSignal> signals(Instant now) {
        return istiod.signals(at(now)).getSignals();
    }

    @Test
    void countsEveryLineOnceHoweverOftenItIsRead() throws Exception {
        read(nack(minute(0), "web.shop") + nack(minute(1), "web.shop"), minute(2));
        read(nack(minute(0), "web.shop") + nack(minute(1), "web.shop"), minute(3));
        read(nack(minute(1), "web.shop") + nack(minute(3), "web.shop"), minute(4));

        assertThat(signals(minute(4))).singleElement().satisfies(signal -> {
            assertThat(signal.getCount()).isEqualTo(3);
            assertThat(signal.getFirstAt()).isEqualTo(minute(0));
            assertThat(signal.getLastAt()).isEqualTo(minute(3));
        });
    }

    @Test
    void endsASignalWhenTheWindowHasPassedIt() throws Exception {
        read(nack(minute(0), "web.shop"), minute(1));

        assertThat(signals(minute(14))).hasSize(1);
        assertThat(signals(minute(19))).isEmpty();
    }

    @Test
    void leavesOutOfAFirstReadingWhatIsOlderThanTheWindow() throws Exception {
        read(nack(minute(0), "web.shop") + nack(minute(50), "api.shop"), minute(51));

        assertThat(signals(minute(51))).extracting(LogSignal::getSubject).containsExactly("api.shop");
    }

    @Test
    void tellsWhatIsNewWhateverTheClockOfTheNodeSays() throws Exception {
        read(healthy(minute(0)), minute(0));
        read(nack(minute(-300), "behind.shop"), minute(1));
        read(nack(minute(300), "ahead.shop"), minute(2));

        assertThat(signals(minute(2))).extracting(LogSignal::getSubject).containsExactly("ahead.shop", "behind.shop");
        assertThat(signals(minute(21))).isEmpty();
    }

    @Test
    void countsNothingOfAReadingThatFails() throws Exception {
        InputStream cut = new SequenceInputStream(stream(nack(minute(0), "web.shop")), new Cut());

        assertThatThrownBy(() -> istiod.read(cut, minute(1))).hasMessage("connection reset");
        assertThat(signals(minute(1))).isEmpty();

        read(nack(minute(0), "web.shop"), minute(2));
        assertThat(signals(minute(2))).singleElement().satisfies(s -> assertThat(s.getCount())
                .isEqualTo(1));
    }

    @Test
    void asksForTheWholeAtFirstAndThenForWhatIsNewWithAnOverlap() throws Exception {
        assertThat(istiod.since(minute(0), WINDOW)).isEqualTo(WINDOW);

        read(healthy(minute(0)), minute(0));

        assertThat(istiod.since(minute(1), WINDOW)).isEqualTo(Duration.ofSeconds(90));
        assertThat(istiod.since(minute(60), WINDOW)).isEqualTo(WINDOW);
        assertThat(istiod.since(minute(-60), WINDOW)).isEqualTo(WINDOW);
    }

    @Test
    void tellsTheNumbersOfLinesThatSayNothingOncePerWindow() throws Exception {
        read(healthy(minute(0)), minute(0));
        LogSignals before = istiod.signals(at(minute(0)));
        read(healthy(minute(4)) + healthy(minute(5)), minute(5));
        LogSignals after = istiod.signals(at(minute(5)));

        assertThat(after.getHeader().getContentHash())
                .isEqualTo(before.getHeader().getContentHash());
        assertThat(after.getHeader().getObservedAt()).isEqualTo(minute(5));
        assertThat(istiod.signals(at(minute(18))).getLines()).isEqualTo(2);
    }

    @Test
    void understandsTimestampsInTheZoneOfTheNode() throws Exception {
        String line = "2026-08-22T17:00:00.123456789+02:00 2026-08-22T15:00:00.120000Z\twarn\tads\tADS:LDS: ACK ERROR"
                + " web.shop-1 Internal:x\n";

        read(line, minute(1));
        read(line, minute(2));

        assertThat(signals(minute(2))).singleElement().satisfies(signal -> {
            assertThat(signal.getCount()).isEqualTo(1);
            assertThat(signal.getLastAt()).isEqualTo(Instant.parse("2026-08-22T15:00:00.120Z"));
        });
    }

    @Test
    void tellsAnAgentsEventsWithTheirCountsOverAllReadings() throws Exception {
        LogFollower agent = LogFollower.ofAgent("node-1", "kube-system", "istio-cni-node-x", WINDOW);
        String repaired = "%s %s\tinfo\tcni-agent\tpod repaired\tpod=shop/web-1\n";
        String first = repaired.formatted(minute(0), minute(0));
        String second = repaired.formatted(minute(9), minute(9));

        agent.read(stream(first), minute(1));
        agent.read(stream(first + second), minute(10));
        List<CniEvent> events = events(agent, minute(10));

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getKind()).isEqualTo(CniEventKind.REPAIRED);
            assertThat(event.getPod()).isEqualTo("shop/web-1");
            assertThat(event.getNode()).isEqualTo("node-1");
            assertThat(event.getCount()).isEqualTo(2);
            assertThat(event.getLastAt()).isEqualTo(minute(9));
        });
        assertThat(events(agent, minute(60 * 25))).isEmpty();
    }

    @Test
    void countsTheTwoLinesOfOneDeletionOnceAcrossReadings() throws Exception {
        LogFollower agent = LogFollower.ofAgent("node-1", "kube-system", "istio-cni-node-x", WINDOW);
        String detected =
                minute(0) + " " + minute(0) + "\tinfo\trepair\tPod detected as broken, deleting: shop/web-1\n";
        String deleting = minute(0).plusMillis(200) + " " + minute(0).plusMillis(200)
                + "\tinfo\trepair\tDeleting broken pod: shop/web-1\n";

        agent.read(stream(detected), minute(0));
        agent.read(stream(detected + deleting), minute(1));

        assertThat(events(agent, minute(1))).singleElement().satisfies(event -> assertThat(event.getCount())
                .isEqualTo(1));
    }

    @Test
    void saysWhosePodAValidationIsAbout() throws Exception {
        LogFollower validation = LogFollower.ofValidation("node-1", "shop", "web-1", WINDOW);

        validation.read(
                stream(minute(0) + " " + minute(0)
                        + "\terror\tvalidation\tiptables validation failed; workload is not ready for Istio.\n"
                        + minute(0) + " When using Istio CNI, this can occur if a pod is scheduled before the node is"
                        + " ready.\n"),
                minute(1));

        assertThat(events(validation, minute(1))).singleElement().satisfies(event -> {
            assertThat(event.getKind()).isEqualTo(CniEventKind.VALIDATION_FAILED);
            assertThat(event.getPod()).isEqualTo("shop/web-1");
        });
    }

    private static List<CniEvent> events(LogFollower follower, Instant now) {
        List<CniEvent> events = new ArrayList<>();
        follower.events(at(now), Duration.ofDays(1), fact -> events.add((CniEvent) fact));
        return events;
    }

    /** A connection that breaks. */
    private static final class Cut extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
        }
    }
}
