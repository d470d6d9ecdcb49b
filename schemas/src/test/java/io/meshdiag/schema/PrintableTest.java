package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void leavesOrdinaryTextAlone() {
        assertThat(Printable.clean("web-1.shop: größer als 日本 → ok")).isEqualTo("web-1.shop: größer als 日本 → ok");
    }

    @Test
    void takesTheTeethOutOfTerminalSequences() {
        assertThat(Printable.clean("\u001b[2Jgone\u0007")).isEqualTo("\\u001b[2Jgone\\u0007");
    }

    @Test
    void showsWhatWouldTurnTheReadingDirection() {
        assertThat(Printable.clean("a\u202Eb\u200Bc")).isEqualTo("a\\u202eb\\u200bc");
    }

    @Test
    void keepsALogLineOneLine() {
        assertThat(Printable.clean("one\r\ntwo\tthree")).isEqualTo("one  two three");
    }

    @Test
    void cutsLongTextAndShowsThatItDid() {
        assertThat(Printable.shorten("abcdefgh", 5)).isEqualTo("abcd…");
        assertThat(Printable.shorten("abcde", 5)).isEqualTo("abcde");
    }

    @Test
    void cutsAfterCleaning() {
        assertThat(Printable.shorten("\u0000".repeat(1_000), 20)).hasSize(20).startsWith("\\u0000");
    }
}
