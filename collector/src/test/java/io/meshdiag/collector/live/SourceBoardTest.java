package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceBoardTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final SourceBoard board = new SourceBoard();

    @Test
    void aSourceIsOkWhenAllItsPartsWereRead() {
        board.expect("istiod/syncz", List.of("istiod-1", "istiod-2"));
        board.read("istiod/syncz", "istiod-1", NOON);
        board.read("istiod/syncz", "istiod-2", NOON.plusSeconds(5));

        SourceCoverage source = only();
        assertThat(source.getState()).isEqualTo(SourceState.OK);
        assertThat(source.getRead()).isEqualTo(2);
        assertThat(source.getExpected()).isEqualTo(2);
        assertThat(source.getFreshAt()).isEqualTo(NOON.plusSeconds(5));
    }

    @Test
    void aPartThatWasNotReadYetIsMissing() {
        board.expect("istiod/syncz", List.of("istiod-1"));

        assertThat(only().getState()).isEqualTo(SourceState.MISSING);
        assertThat(only().getFreshAt()).isNull();
    }

    @Test
    void aSourceOfWhichSomePartsFailIsPartialAndNamesTheFirst() {
        board.read("istiod/syncz", "istiod-1", NOON);
        board.failed("istiod/syncz", "istiod-2", SourceState.FORBIDDEN, "403; grant pods/portforward");

        assertThat(only().getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(only().getDetail()).isEqualTo("1 of 2 read; istiod-2: 403; grant pods/portforward");
    }

    @Test
    void aPartThatWasReadInPartMakesTheSourcePartialWhateverFailedBeside() {
        board.failed("proxies/certs", "a", SourceState.UNREACHABLE, "refused");
        board.failed("proxies/certs", "b", SourceState.PARTIAL, "cut off");

        assertThat(only().getState()).isEqualTo(SourceState.PARTIAL);
    }

    @Test
    void aFailureKeepsTheTimeOfTheLastSuccess() {
        board.read("kubernetes/pods", "", NOON);
        board.failed("kubernetes/pods", "", SourceState.UNREACHABLE, "connection refused");

        assertThat(only().getState()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(only().getFreshAt()).isEqualTo(NOON);
        assertThat(only().getDetail()).isEqualTo("connection refused");
    }

    @Test
    void aPartThatIsNoLongerExpectedIsForgotten() {
        board.failed("istiod/syncz", "istiod-1", SourceState.UNREACHABLE, "gone");
        board.read("istiod/syncz", "istiod-2", NOON);

        board.expect("istiod/syncz", List.of("istiod-2"));

        assertThat(only().getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void aSourceThatIsSwitchedOffSaysSo() {
        board.disabled("probes/connectivity", "probes.enabled is false");

        assertThat(only().getState()).isEqualTo(SourceState.DISABLED);
    }

    @Test
    void credentialsInADetailDoNotReachTheHeartbeat() {
        board.failed("kubernetes/pods", "", SourceState.FORBIDDEN, "sent Authorization: Bearer abcdef123456");

        assertThat(only().getDetail()).doesNotContain("abcdef123456");
    }

    private SourceCoverage only() {
        assertThat(board.coverage()).hasSize(1);
        return board.coverage().get(0);
    }

    private static SourceCoverage sample(SourceState state, String detail) {
        return SourceCoverage.newBuilder()
                .setSource("proxies/config_dump")
                .setState(state)
                .setDetail(detail)
                .setRead(3)
                .setExpected(9)
                .build();
    }

    @Test
    void whatALookerSaysOfItsSourceStandsBesideThoseThatAreCounted() {
        board.expect("istiod/syncz", List.of("istiod-1"));
        board.read("istiod/syncz", "istiod-1", Instant.EPOCH);
        board.tell(sample(SourceState.PARTIAL, "one failed"));
        board.tell(sample(SourceState.OK, "3 of 9"));

        assertThat(board.coverage())
                .extracting(
                        SourceCoverage::getSource,
                        SourceCoverage::getState,
                        SourceCoverage::getRead,
                        SourceCoverage::getExpected,
                        SourceCoverage::getDetail)
                .containsExactly(
                        tuple("istiod/syncz", SourceState.OK, 1, 1, ""),
                        tuple("proxies/config_dump", SourceState.OK, 3, 9, "3 of 9"));
    }

    @Test
    void itsDetailIsRedactedLikeAllOthers() {
        board.tell(sample(SourceState.FORBIDDEN, "refused Bearer opaque-bearer-0123456"));

        assertThat(board.coverage().get(0).getDetail()).doesNotContain("opaque-bearer-0123456");
    }

    @Test
    void aSourceThatIsSwitchedOffIsDisabledWhateverWasSaidBefore() {
        board.tell(sample(SourceState.OK, ""));
        board.disabled("proxies/config_dump", "the budget is 0");

        assertThat(board.coverage()).extracting(SourceCoverage::getState).containsExactly(SourceState.DISABLED);
    }
}
