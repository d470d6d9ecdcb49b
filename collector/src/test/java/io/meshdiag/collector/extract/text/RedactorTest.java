package io.meshdiag.collector.extract.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Authorization: Bearer abc.def-123456            | Authorization: [redacted] [redacted]
            header Bearer abc.def-123456 refused            | header Bearer [redacted] refused
            db_password=hunter2, user=a                     | db_password=[redacted], user=a
            {"clientSecret":"x","client_secret":"a b"}      | {"clientSecret":[redacted],"client_secret":[redacted]}
            https://user:pw@host/path?x=1 failed            | https://[redacted]@host/path?[redacted] failed
            """)
    void takesOutWhatCouldBeACredential(String text, String clean) {
        assertThat(Redactor.clean(text, 500)).isEqualTo(clean);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Adding cluster west from secret istio-system/istio-remote-secret-west",
                "pods \"productpage-v1-7bbd79f8fd-k6j79\" is forbidden: User \"system:serviceaccount:istio-system:istio-reader\"",
                "Get \"https://10.96.0.1:443/api/v1/namespaces/shop/pods/web-1\": dial tcp 10.96.0.1:443: i/o timeout"
            })
    void leavesNamesAndReasonsAlone(String text) {
        assertThat(Redactor.clean(text, 500)).isEqualTo(text);
    }

    @Test
    void makesTextPrintableAndShort() {
        assertThat(Redactor.clean("a\u001b[31mb\nc", 500)).isEqualTo("a\\u001b[31mb c");
        assertThat(Redactor.clean("x y ".repeat(1_000), 50)).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.", "://", "http://", "-----BEGIN ", "=A1a", "token", " \t", "password=\\\""})
    void isNotKeptBusyByRepetition(String piece) {
        String hostile = piece.repeat(1_000_000 / piece.length());

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Redactor.clean(hostile, 500));
    }
}
