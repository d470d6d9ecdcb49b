package io.meshdiag.sink.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
    private final OffsetTracker tracker = new OffsetTracker();

    @Test
    void nothingIsCommittedBeforeTheFirstRecordIsSettled() {
        OffsetTracker.Entry first = tracker.begin(5);
        OffsetTracker.Entry second = tracker.begin(6);

        second.settle();

        assertThat(tracker.toCommit()).isEqualTo(-1);
        assertThat(tracker.unsettled()).isEqualTo(2);
        first.settle();
        assertThat(tracker.toCommit()).isEqualTo(7);
    }

    @Test
    void gapsBetweenOffsetsAreNotWaitedFor() {
        tracker.begin(5).settle();
        tracker.begin(9).settle();

        assertThat(tracker.toCommit()).isEqualTo(10);
    }

    @Test
    void whatIsCommittedIsNotCommittedAgain() {
        tracker.begin(5).settle();
        tracker.committed(tracker.toCommit());

        assertThat(tracker.toCommit()).isEqualTo(-1);
    }
}
