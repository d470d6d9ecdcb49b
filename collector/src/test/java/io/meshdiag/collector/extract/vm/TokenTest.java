package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.TokenState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
    static String jwt(String claims) {
        return part("{\"alg\":\"RS256\",\"kid\":\"1\"}") + "." + part(claims) + "." + part("signature");
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsWhenATokenExpires() throws Exception {
        Token token = Token.parse(stream(jwt("{\"aud\":[\"istio-ca\"],\"exp\":1795255200,\"sub\":\"vm\"}") + "\n"));

        assertThat(token).isEqualTo(new Token(TokenState.PRESENT, Instant.parse("2026-11-21T10:00:00Z")));
    }

    @Test
    void knowsATokenThatNeverExpires() throws Exception {
        assertThat(Token.parse(stream(jwt("{\"sub\":\"vm\"}")))).isEqualTo(new Token(TokenState.PRESENT, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-a-token", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.!!!.x", "-----BEGIN CERTIFICATE-----"})
    void refusesWhatIsNoTokenWithoutQuotingIt(String file) {
        assertThatThrownBy(() -> Token.parse(stream(file)))
                .isInstanceOf(UnreadablePageException.class)
                .message()
                .doesNotContain(file);
    }

    @Test
    void refusesClaimsThatAreNoObject() {
        assertThatThrownBy(() -> Token.parse(stream(jwt("[1795255200]"))))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("the token file holds no JSON Web Token");
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> Token.parse(stream("\n")))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("the token file is empty");
    }

    @Test
    void refusesAFileWithoutEnd() {
        assertThatThrownBy(() -> Token.parse(stream("x".repeat(100_000))))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("the token file is larger than 65536 bytes: it is something else");
    }
}
