package io.meshdiag.vm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package on this Debian: installed by dpkg, into a folder in place of the machine's root. */
@Tag("packaged")
class DebIT {
    private static final String UNIT = "/usr/lib/systemd/system/meshdiag-vm.service";
    private static final String DROP_IN = "/etc/systemd/system/meshdiag-vm.service.d/10-istio-proxy.conf";

    @TempDir
    private static Path temporary;

    private static Path deb;
    private static DebianRoot installed;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        assumeTrue(Ran.has("dpkg"), "this machine has no dpkg: the package is built, but not tried");
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(root || Ran.has("fakeroot"), "dpkg wants root or fakeroot: the package is built, but not tried");
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            deb = built.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
        }
        installed = DebianRoot.below(temporary.resolve("installed"));
        installed.dpkg("--install", deb.toString());
    }

    @Test
    void hasTheVersionInDebiansForm() throws Exception {
        String version = System.getProperty("meshdiag.version").replace("-SNAPSHOT", "~SNAPSHOT");

        assertThat(query("${Version}")).isEqualTo(version);
    }

    @Test
    void leavesTheMachinesFilesToRootAndTheSettingsToRootAlone() throws Exception {
        List<String> owned = Files.readAllLines(installed.path("/var/lib/dpkg/info/meshdiag-vm.list"));
        List<String> odd = new ArrayList<>();
        for (String path : installed.files()) {
            Path file = installed.path(path);
            if (Files.isSymbolicLink(file) || !owned.contains(path)) {
                continue;
            }
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            String mode = PosixFilePermissions.toString(attributes.permissions());
            String expected = path.startsWith("/usr/share/meshdiag-vm/bin/") ? "rwxr-xr-x" : "rw-r--r--";
            if (!mode.equals(path.equals("/etc/meshdiag/vm.env") ? "rw-r-----" : expected)) {
                odd.add(mode + " " + path);
            }
        }

        assertThat(odd).isEmpty();
        assertThat(listing().lines()).isNotEmpty().allMatch(line -> line.split(" +")[1].equals("root/root"));
    }

    @Test
    void keepsChangedSettings() throws Exception {
        DebianRoot machine = DebianRoot.below(temporary.resolve("changed"));
        machine.dpkg("--install", deb.toString());
        Path settings = machine.path("/etc/meshdiag/vm.env");
        Files.writeString(settings, "MESHDIAG_BOOTSTRAP_SERVERS=kafka.example.com:9092\n");

        machine.dpkg("--install", deb.toString());

        assertThat(settings).hasContent("MESHDIAG_BOOTSTRAP_SERVERS=kafka.example.com:9092\n");
    }

    @Test
    void hasNoClientOfKubernetes() throws Exception {
        assertThat(listing()).contains("kafka-clients").doesNotContain("kubernetes", "fabric8", "vertx", "httpcore");
    }

    @Test
    void unitsCommandReadsTheMachine() throws Exception {
        SampleMachine machine = SampleMachine.below(temporary.resolve("sample"));

        Ran ran = unitsCommand(machine.settings(), "--once", "--dry-run").orFail();

        assertThat(ran.out()).contains("/vm-health/vm-1.legacy", "/heartbeats/vm-vm-1.legacy");
    }

    @Test
    void unitsCommandWantsToKnowWhereFactsGo() throws Exception {
        Ran ran = unitsCommand(Map.of());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("MESHDIAG_BOOTSTRAP_SERVERS");
        assertThat(Unit.read(installed.path(UNIT)).value("RestartPreventExitStatus"))
                .isEqualTo("2");
    }

    @Test
    void archivesItsClassesForTheJavaOfTheMachine() throws Exception {
        assertThat(installed.path("/var/cache/meshdiag-vm/classes.jsa")).isNotEmptyFile();

        Ran ran = Ran.program(
                Map.of("MESHDIAG_JAVA_HOME", System.getProperty("java.home"), "MESHDIAG_JAVA_OPTS", "-Xlog:class+load"),
                List.of(installed.path("/usr/bin/meshdiag-vm").toString(), "--version"));

        assertThat(ran.orFail().out()).containsPattern("io\\.meshdiag\\.vm\\.VmMain source: shared objects file");
    }

    @Test
    void systemdUnderstandsTheUnit() throws Exception {
        assumeTrue(Ran.has("systemd-analyze"), "this machine has no systemd-analyze: the unit is not verified");
        // On this machine the program is elsewhere; all else is as installed.
        String text = Files.readString(installed.path(UNIT))
                .replace(
                        "/usr/bin/meshdiag-vm",
                        installed.path("/usr/bin/meshdiag-vm").toString());
        Path copy = Files.writeString(temporary.resolve("meshdiag-vm.service"), text);

        Ran verified = Ran.program(
                Map.of(), List.of("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", copy.toString()));

        assertThat(verified.orFail().err()).isEmpty();
    }

    @Test
    void unitMayAlmostNothing() throws Exception {
        assumeTrue(Ran.has("systemd-analyze"), "this machine has no systemd-analyze: the unit is not judged");

        // Systemd's scale from 0 to 10, times 10; 9.6 is a unit without any of its protections.
        Ran.program(
                        Map.of(),
                        List.of(
                                "systemd-analyze",
                                "security",
                                "--offline=true",
                                "--threshold=25",
                                "--no-pager",
                                installed.path(UNIT).toString()))
                .orFail();
    }

    @Test
    void isEnabledButNotStartedWithoutBrokers() {
        assertThat(installed.path("/etc/systemd/system/multi-user.target.wants/meshdiag-vm.service"))
                .isSymbolicLink();
    }

    @Test
    void runsAsIstiosUserAsSoonAsThereIsOne() throws Exception {
        DebianRoot machine = DebianRoot.below(temporary.resolve("istio-later"));
        machine.dpkg("--install", deb.toString());
        assertThat(machine.path(DROP_IN)).doesNotExist();

        machine.installIstio();

        Path target = Files.readSymbolicLink(machine.path(DROP_IN));
        assertThat(Unit.read(machine.path(target.toString())).value("User")).isEqualTo("istio-proxy");
        assertThat(Unit.read(machine.path(UNIT)).value("User")).isEqualTo("meshdiag-vm");
    }

    @Test
    void hasADropInForThoseWhoWantRulesOfIptablesLegacySeen() throws Exception {
        Unit dropIn = Unit.read(installed.path("/usr/share/meshdiag-vm/systemd/iptables-legacy.conf"));

        assertThat(dropIn.value("AmbientCapabilities"))
                .isEqualTo("CAP_NET_RAW CAP_DAC_READ_SEARCH")
                .isEqualTo(dropIn.value("CapabilityBoundingSet"));
    }

    @Test
    void hasAUserOfItsOwnUntilThen() throws Exception {
        String user = Unit.read(installed.path(UNIT)).value("User");

        assertThat(installed.path("/etc/passwd")).content().contains(user + ":");
    }

    @Test
    void installingItAgainChangesNothing() throws Exception {
        DebianRoot machine = DebianRoot.below(temporary.resolve("twice"));
        machine.dpkg("--install", deb.toString());
        List<String> before = machine.files();

        machine.dpkg("--install", deb.toString());

        assertThat(machine.files()).isEqualTo(before);
    }

    @Test
    void leavesNothingBehind() throws Exception {
        DebianRoot machine = DebianRoot.below(temporary.resolve("removed"));
        List<String> before = machine.files();
        machine.dpkg("--install", deb.toString());
        Files.writeString(
                Files.createDirectories(machine.path("/var/lib/meshdiag-vm")).resolve("places"), "{}");
        Path dropIns = Files.createDirectories(machine.path("/etc/systemd/system/meshdiag-vm.service.d"));
        Files.createSymbolicLink(
                dropIns.resolve("20-iptables-legacy.conf"),
                Path.of("/usr/share/meshdiag-vm/systemd/iptables-legacy.conf"));

        machine.dpkg("--purge", "meshdiag-vm");

        assertThat(machine.files()).isEqualTo(before);
        assertThat(machine.path("/var/lib/meshdiag-vm")).doesNotExist();
        assertThat(machine.path("/etc/passwd")).content().doesNotContain("meshdiag");
    }

    /** As systemd would: the command of ExecStart, with the variables of EnvironmentFile and, as if they stood there, these. */
    private static Ran unitsCommand(Map<String, String> settings, String... arguments)
            throws IOException, InterruptedException {
        Unit unit = Unit.read(installed.path(UNIT));
        Map<String, String> environment =
                new HashMap<>(Unit.environment(installed.path(unit.value("EnvironmentFile"))));
        environment.put("MESHDIAG_JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(settings);
        List<String> command =
                new ArrayList<>(List.of(installed.path(unit.value("ExecStart")).toString()));
        command.addAll(List.of(arguments));
        return Ran.program(environment, command);
    }

    private static String query(String format) throws IOException, InterruptedException {
        return Ran.program(
                        Map.of(),
                        List.of(
                                "dpkg-query",
                                "--admindir=" + installed.path("/var/lib/dpkg"),
                                "--show",
                                "--showformat=" + format,
                                "meshdiag-vm"))
                .orFail()
                .out();
    }

    private static String listing() throws IOException, InterruptedException {
        return Ran.program(Map.of(), List.of("dpkg-deb", "--contents", deb.toString()))
                .orFail()
                .out();
    }
}
