package io.meshdiag.collector.extract.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSignaturesTest {
    private static List<LogSignature> all() {
        return Stream.of(LogSignatures.ISTIOD, LogSignatures.MACHINE, LogSignatures.CNI)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void namesBeginWithTheirComponent() {
        assertThat(all())
                .allSatisfy(signature -> assertThat(signature.name()).matches(signature.component() + "(\\.[a-z-]+)+"));
    }

    /** Part of a log line is chosen by whoever talks to the mesh. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "upstream failed to connect to upstream a: ",
                "upstream terminated with unexpected error ",
                "watch error in cluster a: ",
                "failed to sign failed ",
                "cluster_id=a from secret=",
                "ACK ERROR a~a~",
                "Add cluster: create remote cluster failed: cluster",
                "config for a.a.a.a rejected",
                "auto-registration WorkloadEntry of a failed: ",
                "iptables-restore tables ",
                "istio.service: Main process exited, code=",
                "aaaaaaaa"
            })
    void areNotKeptBusyByRepetition(String piece) {
        String message = piece.repeat(IstioLog.MAX_MESSAGE / piece.length());
        String hostile = new LogEntry(null, LogEntry.Level.WARN, "default", message, "a=b", null).text();

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> all().forEach(signature -> signature.subject(hostile)));
    }
}
