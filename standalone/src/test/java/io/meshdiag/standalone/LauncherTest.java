package io.meshdiag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code meshdiag}, with a stand-in for Maven and for Java, so that nothing is built while the build runs. */
class LauncherTest {
    private static final String JAVA = """
            #!/bin/sh
            if [ "$1" = -version ]; then echo 'openjdk version "VERSION.0.1"' >&2; exit; fi
            for last; do :; done
            echo "ran with $last"
            """;

    @TempDir
    private Path folder;

    private Path home;
    private Path jdk;

    @BeforeEach
    void layOutACheckout() throws Exception {
        home = Files.createDirectories(folder.resolve("the checkout"));
        Files.copy(Path.of("../meshdiag"), home.resolve("meshdiag"), StandardCopyOption.COPY_ATTRIBUTES);
        source("first");
        script(home.resolve("mvnw"), "#!/bin/sh\necho built >> built\nmkdir -p standalone/target/dist/lib\n");
        jdk = folder.resolve("jdk");
        script(jdk.resolve("bin/java"), JAVA.replace("VERSION", "17"));
        script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    }

    @Test
    void buildsOnFirstUseOnlyAndPassesTheArgumentsOn() throws Exception {
        Result first = launch(home.resolve("meshdiag"), "rules");
        Result second = launch(home.resolve("meshdiag"), "explain");

        assertThat(first).isEqualTo(new Result(0, "ran with rules\n", first.err()));
        assertThat(first.err()).contains("Building meshdiag");
        assertThat(second).isEqualTo(new Result(0, "ran with explain\n", ""));
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceIsNewerThanTheBuild() throws Exception {
        launch(home.resolve("meshdiag"), "rules");

        Path changed = source("changed");
        Files.setLastModifiedTime(changed, FileTime.from(Instant.now().plusSeconds(60)));
        launch(home.resolve("meshdiag"), "rules");

        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void worksThroughASymbolicLinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("the checkout/meshdiag"));

        assertThat(launch(link, "demo").out()).isEqualTo("ran with demo\n");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void saysThatJavaIsTooOld() throws Exception {
        script(jdk.resolve("bin/java"), JAVA.replace("VERSION", "11"));

        Result result = launch(home.resolve("meshdiag"), "demo");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("is Java 11; set JAVA_HOME to a JDK 17 or newer");
    }

    @Test
    void saysThatThereIsNoJavaWhereJavaHomePoints() throws Exception {
        jdk = folder.resolve("nowhere");

        Result result = launch(home.resolve("meshdiag"), "demo");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("no Java found; install a JDK 17 or newer");
    }

    @Test
    void showsWhyTheBuildFailedAndTriesAgainNextTime() throws Exception {
        script(home.resolve("mvnw"), "#!/bin/sh\necho built >> built\necho '[ERROR] no network'\nexit 1\n");

        Result result = launch(home.resolve("meshdiag"), "demo");
        launch(home.resolve("meshdiag"), "demo");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("[ERROR] no network", "the build failed; all of its output is in ");
        assertThat(builds()).isEqualTo(2);
    }

    private record Result(int exitCode, String out, String err) {}

    private Result launch(Path script, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", jdk.toString());
        int exitCode = builder.start().waitFor();
        return new Result(exitCode, Files.readString(out), Files.readString(err));
    }

    private int builds() throws Exception {
        return Files.readAllLines(home.resolve("built")).size();
    }

    private Path source(String name) throws Exception {
        Path file = home.resolve("standalone/src/main/java/" + name + ".java");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "", StandardCharsets.UTF_8);
    }

    private static void script(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
