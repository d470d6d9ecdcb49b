package io.meshdiag.collector.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.ArchiveReport;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.schema.Facts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VmCaptureTest {
    @TempDir
    private Path dir;

    private SimulatedMachine machine;

    @BeforeEach
    void simulate() throws IOException {
        machine = new SimulatedMachine(dir.resolve("root"));
    }

    @AfterEach
    void end() {
        machine.close();
    }

    private VmConfig config() {
        return machine.config(dir.resolve("state"), Map.of());
    }

    private VmCapture.Report capture() throws IOException {
        VmConfig config = config();
        return VmCapture.write(
                config, VmSurroundings.machine(config), dir.resolve("capture"), SimulatedMachine.NOW, page -> {});
    }

    private RecordedFacts archived() throws Exception {
        RecordedFacts facts = new RecordedFacts();
        new ArchiveCollector(facts, ArchiveOptions.DEFAULT, CollectProgress.NONE)
                .collect(List.of(dir.resolve("capture")));
        return facts;
    }

    private RecordedFacts live() throws Exception {
        RecordedFacts facts = new RecordedFacts();
        try (VmCollector collector = new VmCollector(machine.around(config(), facts))) {
            collector.once();
        }
        return facts;
    }

    /** Facts by key; the content hash covers all but the header. */
    private static Map<String, String> content(RecordedFacts facts) {
        Map<String, String> content = new TreeMap<>();
        for (SpecificRecord fact : facts.all()) {
            if (!(fact instanceof Heartbeat)) {
                content.put(Facts.key(fact) + " by " + Facts.header(fact).getObserver(), withoutHeader(fact));
            }
        }
        return content;
    }

    private static String withoutHeader(SpecificRecord fact) {
        List<Object> values = new ArrayList<>();
        fact.getSchema().getFields().stream()
                .filter(field -> !field.name().equals("header"))
                .forEach(field -> values.add(field.name() + "=" + fact.get(field.pos())));
        return values.toString();
    }

    @Test
    void aCaptureTellsTheSameFactsAsTheMachine() throws Exception {
        capture();

        assertThat(content(archived())).isEqualTo(content(live()));
    }

    @Test
    void aMachineOfWhichMuchCannotBeReadIsTheSameFromItsCapture() throws Exception {
        machine.without("/usr/bin/systemctl");
        machine.without("/var/run/secrets/tokens/istio-token");
        machine.without("/etc/certs/cert-chain.pem");
        machine.without("/var/log/istio/istio.err.log");
        machine.command("iptables-save", "echo 'Permission denied (you must be root)' >&2; exit 4\n");
        machine.page("ready", "/healthz/ready", request -> {
            request.sendResponseHeaders(503, -1);
            request.close();
        });
        machine.silent("admin");

        capture();

        RecordedFacts archived = archived();
        RecordedFacts live = live();
        assertThat(content(archived)).isEqualTo(content(live));
        assertThat(states(archived)).containsAllEntriesOf(states(live));
        assertThat(states(archived)).containsEntry("vm/iptables", SourceState.FORBIDDEN);
    }

    private static Map<String, SourceState> states(RecordedFacts facts) {
        Map<String, SourceState> states = new TreeMap<>();
        for (SourceCoverage source : facts.one(Heartbeat.class).getSources()) {
            states.put(source.getSource(), source.getState());
        }
        return states;
    }

    @Test
    void nothingSecretOfTheMachineIsInACapture() throws Exception {
        capture();

        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(dir.resolve("capture"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(all.toString())
                .contains("spiffe", "ISTIO_META_NETWORK='vm-net'", "-A ISTIO_REDIRECT", "192.0.2.10 istiod")
                .doesNotContain(machine.secrets().toArray(String[]::new))
                .doesNotContain("PRIVATE KEY", "10.66.66.66");
    }

    @Test
    void saysWhatIsInItAndWhatIsNot() throws Exception {
        machine.without("/usr/bin/nft");

        VmCapture.Report report = capture();

        assertThat(report.vm()).isEqualTo("db-1.shop");
        assertThat(report.files()).isGreaterThan(15);
        assertThat(report.unread()).singleElement().asString().contains("vm/nftables", "no command nft");
    }

    @Test
    void itsHeartbeatIsOfOneLookAtAMachine() throws Exception {
        capture();
        RecordedFacts facts = new RecordedFacts();

        List<ArchiveReport> reports = new ArchiveCollector(facts, ArchiveOptions.DEFAULT, CollectProgress.NONE)
                .collect(List.of(dir.resolve("capture")));

        Heartbeat heartbeat = facts.one(Heartbeat.class);
        assertThat(heartbeat.getHeader().getObserver()).isEqualTo("vm/db-1.shop");
        assertThat(heartbeat.getHeader().getClusterUid())
                .isEqualTo(facts.one(VmHealth.class).getHeader().getClusterUid());
        assertThat(heartbeat.getIntervalSeconds()).isZero();
        assertThat(heartbeat.getLook().getClusters()).isEqualTo(1);
        assertThat(reports.get(0).identity().vm()).isEqualTo("db-1.shop");
    }

    @Test
    void goesIntoNoFolderThatHoldsSomethingElse() throws Exception {
        Files.createDirectories(dir.resolve("capture"));
        Files.writeString(dir.resolve("capture/mine"), "");

        assertThatThrownBy(this::capture).isInstanceOf(IOException.class).hasMessageContaining("not empty");
    }
}
