package io.meshdiag.processor.detect;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {
    @Test
    void leavesPlainNamesAsPeopleWriteThem() {
        assertThat(Shell.quote("eu-west-1.prod_a")).isEqualTo("eu-west-1.prod_a");
        assertThat(Shell.restartIstiod(cluster("east").summary()))
                .isEqualTo("kubectl --context=east --namespace=istio-system rollout restart deployment"
                        + " --selector=app=istiod");
    }

    @Test
    void makesNothingAWordToo() {
        assertThat(Shell.quote("")).isEqualTo("''");
    }

    @Test
    void showsControlCharactersInsteadOfPassingThemOn() {
        assertThat(Shell.quote("a\u001b[2Jb\nc")).isEqualTo("'a\\u001b[2Jb c'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(id)",
                "`id`",
                "a;id",
                "a'b",
                "'; id; '",
                "a\"b",
                "a b",
                "#x",
                "~",
                "*",
                "a\\",
                "!x",
                "&",
                "|id"
            })
    void staysOneWordInARealShell(String name) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "printf '[%s]' " + Shell.quote(name))
                .redirectErrorStream(true)
                .start();
        String out = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(out).isEqualTo("[" + name + "]");
    }
}
