package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RoundsTest {
    private static final Duration RARELY = Duration.ofHours(1);
    private static final Duration OFTEN = Duration.ofMillis(5);

    @Test
    void theFirstRoundBeginsAtOnceAndOthersFollow() throws InterruptedException {
        Semaphore ran = new Semaphore(0);
        try (Rounds rounds = new Rounds("test", OFTEN, ran::release)) {
            rounds.start();
            assertThat(ran.tryAcquire(3, 20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aRoundThatFailsIsTriedAgain() throws InterruptedException {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch succeeded = new CountDownLatch(1);
        Rounds.Task failsTwice = () -> {
            if (tries.incrementAndGet() <= 2) {
                throw new IllegalStateException("not yet");
            }
            succeeded.countDown();
        };
        try (Rounds rounds = new Rounds("test", OFTEN, failsTwice)) {
            rounds.start();
            assertThat(succeeded.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void wakingDoesNotWaitForTheInterval() throws InterruptedException {
        Semaphore ran = new Semaphore(0);
        try (Rounds rounds = new Rounds("test", RARELY, ran::release)) {
            rounds.start();
            assertThat(ran.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            rounds.wake();
            assertThat(ran.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingInterruptsTheRoundThatIsUnderWay() throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Rounds.Task hangs = () -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        };
        try (Rounds rounds = new Rounds("test", RARELY, hangs)) {
            rounds.start();
            assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void aTaskMaySayThatItWasTheLastRound() {
        AtomicReference<Rounds> self = new AtomicReference<>();
        AtomicReference<Thread> thread = new AtomicReference<>();
        Rounds rounds = new Rounds("test", RARELY, () -> {
            thread.set(Thread.currentThread());
            self.get().stop();
        });
        self.set(rounds);

        rounds.start();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> thread.get() != null && !thread.get().isAlive());
    }
}
