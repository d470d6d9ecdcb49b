package io.meshdiag.collector.cluster.log;

import static io.meshdiag.collector.cluster.log.FakePods.START;
import static io.meshdiag.collector.cluster.log.FakePods.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.SourceState;
import java.util.List;
import org.junit.jupiter.api.Test;

class IstiodLogRoundTest {
    private static final String ISTIOD = "istio-system/istiod-1";

    private final FakePods cluster = new FakePods();
    private final IstiodLogRound round = new IstiodLogRound(cluster.surroundings(), LogSettings.DEFAULT);

    private static String unauthorized(int minute) {
        return line(
                START.plusSeconds(60L * minute),
                "error\tkube\twatch error in cluster west: failed to list *v1.Pod: Unauthorized");
    }

    private void runAt(int minute) throws Exception {
        cluster.now = START.plusSeconds(60L * minute);
        round.run();
    }

    private LogSignals last() {
        List<LogSignals> told = cluster.facts.only(LogSignals.class);
        return told.get(told.size() - 1);
    }

    @Test
    void tellsTheSignalsOfEveryIstiod() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.shows(ISTIOD, "discovery", unauthorized(0));

        runAt(1);

        assertThat(last().getComponent()).isEqualTo("istiod");
        assertThat(last().getInstance()).isEqualTo("istiod-1");
        assertThat(last().getHeader().getObserver()).isEqualTo("istiod/istio-system/istiod-1");
        assertThat(last().getHeader().getSource()).isEqualTo("istiod:log");
        assertThat(last().getSignals())
                .extracting(LogSignal::getSignature, LogSignal::getSubject)
                .containsExactly(tuple("istiod.remote-cluster.unauthorized", "west"));
        assertThat(cluster.coverage("istiod/log").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void readsOnlyWhatIsNewAndCountsItOnce() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.shows(ISTIOD, "discovery", unauthorized(0));
        runAt(1);
        cluster.shows(ISTIOD, "discovery", unauthorized(0) + unauthorized(1));
        runAt(2);

        assertThat(cluster.asked)
                .containsExactly("istio-system/istiod-1 discovery PT15M", "istio-system/istiod-1 discovery PT1M30S");
        assertThat(last().getSignals()).singleElement().satisfies(s -> assertThat(s.getCount())
                .isEqualTo(2));
    }

    @Test
    void tellsNothingNewOfALogThatSaysNothingNew() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.shows(ISTIOD, "discovery", unauthorized(0));

        runAt(1);
        runAt(2);

        assertThat(cluster.facts.only(LogSignals.class)).hasSize(1);
    }

    @Test
    void endsASignalThatIsOver() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.shows(ISTIOD, "discovery", unauthorized(0));
        runAt(1);

        runAt(20);

        assertThat(last().getSignals()).isEmpty();
    }

    @Test
    void saysWhichLogCannotBeReadAndReadsTheOthers() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.istiod("istio-system/istiod-2");
        cluster.fails(ISTIOD, "discovery", SourceState.FORBIDDEN, "grant get on pods/log");
        cluster.shows("istio-system/istiod-2", "discovery", unauthorized(0));

        runAt(1);

        assertThat(last().getInstance()).isEqualTo("istiod-2");
        assertThat(cluster.coverage("istiod/log").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(cluster.coverage("istiod/log").getDetail())
                .isEqualTo("1 of 2 read; istio-system/istiod-1: grant get on pods/log");
    }

    @Test
    void asksLessAndLessOftenWhereItFails() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.fails(ISTIOD, "discovery", SourceState.UNREACHABLE, "time-out");

        for (int minute = 0; minute < 16; minute++) {
            runAt(minute);
        }

        // At 0, 1, 3, 7 and 15 minutes.
        assertThat(cluster.asked).hasSize(5);
    }

    @Test
    void forgetsAnIstiodThatIsGone() throws Exception {
        cluster.istiod(ISTIOD);
        cluster.shows(ISTIOD, "discovery", unauthorized(0));
        runAt(1);
        cluster.remove(ISTIOD);
        cluster.complete = false;
        runAt(2);
        assertThat(cluster.facts.calls()).containsExactly("LogSignals");

        cluster.complete = true;
        runAt(3);

        assertThat(cluster.facts.calls())
                .containsExactly("LogSignals", "tombstone mesh1/east@0a1b2c3d/LogSignals/istiod/istio-system/istiod-1");
    }
}
