package io.meshdiag.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole command lines on a machine of which hardly anything is there: no commands, no agent, no Envoy. */
@Timeout(60)
class CollectVmCommandTest {
    /** Nothing listens on them. */
    private static final Map<String, String> PORTS = Map.of(
            "MESHDIAG_VM_PORTS_ADMIN", "1",
            "MESHDIAG_VM_PORTS_READY", "1",
            "MESHDIAG_VM_PORTS_AGENT", "1");

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void fill() throws IOException {
        file("etc/hostname", "db-1\n");
        file("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        file("proc/1/cmdline", "/sbin/init\0");
        file("var/lib/istio/envoy/cluster.env", "POD_NAMESPACE='shop'\nISTIO_META_CLUSTER_ID='east'\n");
    }

    private void file(String path, String content) throws IOException {
        Path file = dir.resolve("root").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private int run(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "--root";
        all[1] = dir.resolve("root").toString();
        System.arraycopy(options, 0, all, 2, options.length);
        return VmMain.run(new PrintWriter(out), new PrintWriter(err), PORTS, all);
    }

    @Test
    void aDryRunPrintsTheFactsOfOneLook() {
        assertThat(run("--once", "--dry-run")).isZero();

        assertThat(out.toString().lines().toList())
                .anySatisfy(line -> assertThat(line).contains("\"topic\":\"vm-health\"", "\"vm\":\"db-1.shop\""))
                .anySatisfy(line -> assertThat(line).contains("\"topic\":\"heartbeats\"", "no command systemctl"));
        assertThat(out.toString()).doesNotContain("0123456789abcdef0123456789abcdef");
    }

    @Test
    void aCaptureSaysWhatIsInItAndWhatCouldNotBeRead() {
        Path capture = dir.resolve("capture");

        assertThat(run("--capture", capture.toString())).isZero();

        assertThat(err.toString()).contains("reading config_dump");
        assertThat(out.toString())
                .contains("not read: vm/iptables (iptables-save): the machine has no command iptables-save")
                .contains(" of db-1.shop; ", "meshdiag diagnose " + capture);
        assertThat(capture.resolve("vm/capture.json")).content().contains("\"hostName\" : \"db-1\"");
    }

    @Test
    void aCaptureDoesNotGoIntoAFolderThatHoldsSomething() {
        assertThat(run("--capture", dir.toString())).isEqualTo(VmMain.BAD_INPUT);

        assertThat(err.toString()).contains("is not empty");
    }

    @Test
    void aRootThatIsNotThereIsNoMachineWithoutIstio() {
        String nowhere = dir.resolve("nowhere").toString();

        int code =
                VmMain.run(new PrintWriter(out), new PrintWriter(err), PORTS, "--once", "--dry-run", "--root", nowhere);

        assertThat(code).isEqualTo(VmMain.BAD_INPUT);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--root", "nowhere");
    }

    @Test
    void whatIsSetIsPrintedWithWhereItComesFrom() {
        assertThat(run("--print-config", "--state", "/elsewhere")).isZero();

        assertThat(out.toString())
                .contains("state: '/elsewhere'  # the option for state", "admin: 1  # MESHDIAG_VM_PORTS_ADMIN");
    }

    @Test
    void withoutKafkaItSaysWhatToSet() {
        assertThat(run("--once")).isEqualTo(VmMain.BAD_INPUT);

        assertThat(err.toString()).contains("MESHDIAG_BOOTSTRAP_SERVERS", "MESHDIAG_SCHEMA_REGISTRY_URL");
    }

    @Test
    void mistakesInAFileAreToldAllAtOnce() throws Exception {
        Path file = Files.writeString(dir.resolve("vm.yaml"), "ports: {admn: 1}\nintervals: {ready: soon}\n");

        assertThat(run("--print-config", "--config", file.toString())).isEqualTo(VmMain.BAD_INPUT);

        assertThat(err.toString()).contains("ports.admn", "did you mean ports.admin?", "intervals.ready", "soon");
    }
}
