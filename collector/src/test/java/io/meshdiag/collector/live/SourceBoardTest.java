package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceBoardTest {
    private final SourceBoard board = new SourceBoard();

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
