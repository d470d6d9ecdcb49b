package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.envoy.PublicPages;
import io.meshdiag.collector.extract.vm.AgentConfig;
import io.meshdiag.collector.extract.vm.AgentMetrics;
import io.meshdiag.collector.extract.vm.DiskCertificates;
import io.meshdiag.collector.extract.vm.HostsFile;
import io.meshdiag.collector.extract.vm.IptablesPage;
import io.meshdiag.collector.extract.vm.NftablesPage;
import io.meshdiag.collector.extract.vm.SystemdUnit;
import io.meshdiag.collector.extract.vm.Token;
import io.meshdiag.collector.extract.vm.VmSettings;
import io.meshdiag.collector.vm.Page.Copy;
import io.meshdiag.collector.vm.Page.Parser;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.config.VmConfig.Intervals;
import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Everything that is looked at on a machine: one table, read from the top. What the pages of one source say goes into the parts; logs, which are read from
 * where the last reading ended, have their own ({@link io.meshdiag.collector.vm.log.MachineLogs}).
 */
final class VmLayout {
    /** Envoy's page that says whether another configuration came; not a page of the table, for it says nothing else. */
    static final String VERSIONS = "/stats?filter=%28cds%7Clds%29%5C.%28version%7Cupdate_rejected%29%24";

    /** The agent hands the query on to Envoy, whose counters it adds to its own: no name is empty, so Envoy has none to add. */
    private static final String AGENT_METRICS = "/stats/prometheus?filter=%5E%24";

    private static final long LARGE = 256L << 20;

    private final VmConfig config;
    private final List<Page> pages = new ArrayList<>();

    private VmLayout(VmConfig config) {
        this.config = config;
    }

    /** Settings first: they say who the machine is. */
    static List<Page> settings(VmConfig config) {
        VmLayout layout = new VmLayout(config);
        layout.ownSettings();
        return layout.pages;
    }

    /** The rest. */
    static List<Page> looks(VmConfig config) {
        VmLayout layout = new VmLayout(config);
        layout.hosts();
        layout.agent();
        layout.envoy();
        layout.files();
        layout.redirection();
        return layout.pages;
    }

    private void ownSettings() {
        add(
                        "vm/config",
                        "sidecar.env",
                        Intervals::files,
                        Live.file(config.sidecarEnv()),
                        Copies::environment,
                        (page, at, parts) -> parts.sidecarEnv = VmSettings.parse(page),
                        (parts, why) -> parts.sidecarEnv = VmSettings.NONE)
                .optional();
        add(
                "vm/config",
                "cluster.env",
                Intervals::files,
                Live.file(config.clusterEnv()),
                Copies::environment,
                (page, at, parts) -> parts.clusterEnv = VmSettings.parse(page),
                (parts, why) -> parts.clusterEnv = VmSettings.NONE);
        add(
                "vm/config",
                "mesh.yaml",
                Intervals::files,
                Live.file(config.meshConfig()),
                Copies::meshConfig,
                (page, at, parts) -> parts.config = AgentConfig.parse(page),
                (parts, why) -> parts.config = null);
    }

    private void hosts() {
        add(
                        "vm/config",
                        "hosts",
                        Intervals::files,
                        Live.file("/etc/hosts"),
                        Copies::hosts,
                        (page, at, parts) -> parts.discoveryHosts = HostsFile.addresses(page, parts.discoveryAddress()),
                        (parts, why) -> parts.discoveryHosts = List.of())
                .optional();
    }

    private void agent() {
        add(
                "vm/unit",
                "systemctl-show",
                Intervals::agent,
                Live.command("systemctl", "show", config.unit(), "--no-pager", "-p", SystemdUnit.PROPERTIES),
                Copies::unit,
                (page, at, parts) -> parts.unit = SystemdUnit.parse(page),
                (parts, why) -> parts.unit = null);
        add(
                "vm/unit",
                "processes",
                Intervals::agent,
                machine -> ProcessTable.open(machine.files()),
                Copies::asItIs,
                (page, at, parts) -> parts.processes = ProcessTable.parse(page),
                (parts, why) -> parts.processes = null);
        add(
                "vm/listeners",
                "listeners",
                Intervals::agent,
                ListenerTable.of(config.ports()),
                Copies::asItIs,
                (page, at, parts) -> parts.listeners = ListenerTable.parse(page),
                (parts, why) -> parts.listeners = null);
        ready("ready", config.ports().ready(), (parts, status) -> parts.readyStatus = status);
        ready("agent-ready", config.ports().agent(), (parts, status) -> parts.agentReadyStatus = status);
        add(
                "vm/agent-metrics",
                "agent-metrics",
                Intervals::files,
                Live.get(config.ports().agent(), AGENT_METRICS, LARGE),
                Copies::metrics,
                (page, at, parts) -> parts.metrics = AgentMetrics.parse(page, at),
                (parts, why) -> parts.metrics = null);
    }

    private void ready(String file, int port, BiConsumer<Parts, Integer> status) {
        add(
                "vm/ready",
                file,
                Intervals::ready,
                ReadyStatus.of(port),
                Copies::asItIs,
                (page, at, parts) -> status.accept(parts, ReadyStatus.parse(page)),
                (parts, why) -> status.accept(parts, null));
    }

    private void envoy() {
        int admin = config.ports().admin();
        add(
                "vm/server_info",
                "server_info",
                Intervals::agent,
                Live.get(admin, "/server_info", Live.MAX_FILE),
                (page, parts, out) -> PublicPages.serverInfo(page, out),
                (page, at, parts) -> parts.serverInfo(page),
                (parts, why) -> parts.envoyAway());
        add(
                "vm/config_dump",
                "config_dump",
                Intervals::dump,
                Live.get(admin, "/config_dump?include_eds", LARGE),
                (page, parts, out) -> PublicPages.configDump(page, out),
                (page, at, parts) -> parts.configDump(page),
                VmLayout::nothing);
        add(
                "vm/clusters",
                "clusters",
                Intervals::dump,
                Live.get(admin, "/clusters?format=json", LARGE),
                (page, parts, out) -> PublicPages.clusters(page, out),
                (page, at, parts) -> parts.clusters(page),
                VmLayout::nothing);
        add(
                "vm/certs",
                "certs",
                Intervals::dump,
                Live.get(admin, "/certs", Live.MAX_FILE),
                (page, parts, out) -> PublicPages.certs(page, out),
                (page, at, parts) -> parts.certs(page),
                VmLayout::nothing);
    }

    private void files() {
        add(
                        "vm/certs",
                        "cert-chain.pem",
                        Intervals::files,
                        Live.file(config.certificates() + "/cert-chain.pem"),
                        Copies::certificates,
                        (page, at, parts) -> parts.chain = DiskCertificates.parse(page),
                        (parts, why) -> parts.chain =
                                parts.settings().keepsCertificatesBeside(config.certificates()) ? null : missing(why))
                .forbidden(Rights.OF_ISTIOS_FILES);
        add(
                        "vm/certs",
                        "root-cert.pem",
                        Intervals::files,
                        Live.file(config.certificates() + "/root-cert.pem"),
                        Copies::certificates,
                        (page, at, parts) -> parts.roots = DiskCertificates.parse(page),
                        (parts, why) -> parts.roots = missing(why))
                .forbidden(Rights.OF_ISTIOS_FILES);
        add(
                        "vm/token",
                        "token",
                        Intervals::files,
                        Live.file(config.token()),
                        Copies::token,
                        (page, at, parts) -> parts.token = Token.parse(page),
                        (parts, why) -> parts.token = why == SourceState.MISSING ? Token.MISSING : Token.UNREADABLE)
                .forbidden(Rights.OF_ISTIOS_FILES);
    }

    private void redirection() {
        rules("vm/iptables", "iptables-save", Copies::iptables, page -> IptablesPage.parse(page, 4), "iptables-save");
        rules(
                "vm/ip6tables",
                "ip6tables-save",
                Copies::iptables,
                page -> IptablesPage.parse(page, 6),
                "ip6tables-save");
        rules("vm/nftables", "nft-ruleset", Copies::nftables, NftablesPage::parse, "nft", "list", "ruleset");
        legacy("iptables-legacy-save", 4);
        legacy("ip6tables-legacy-save", 6);
    }

    private void rules(String source, String file, Copy copy, Rules rules, String... command) {
        add(
                        source,
                        file,
                        Intervals::redirection,
                        Live.command(command),
                        copy,
                        (page, at, parts) -> parts.redirection.put(file, rules.parse(page)),
                        (parts, why) -> parts.redirection.remove(file))
                .forbidden(Rights.OF_PACKET_FILTER);
    }

    /** Reads what a command says of redirection. */
    @FunctionalInterface
    private interface Rules {
        List<Redirection> parse(InputStream page) throws IOException, UnreadablePageException;
    }

    /**
     * Istio takes whichever of iptables' two backends has rules when it starts, and the command without a name shows one of them: where rules of the
     * other may be and cannot be seen, nobody knows that there are none.
     */
    private void legacy(String file, int ipVersion) {
        add(
                        "vm/iptables-legacy",
                        file,
                        Intervals::redirection,
                        LegacyTables.of(file, ipVersion),
                        Copies::iptables,
                        (page, at, parts) -> parts.redirection.put(file, IptablesPage.parse(page, ipVersion)),
                        (parts, why) -> parts.redirection.put(
                                file, why == SourceState.FORBIDDEN ? IptablesPage.unseen(ipVersion) : List.of()))
                .forbidden(Rights.OF_LEGACY_RULES)
                .optional();
    }

    private VmLayout add(
            String source,
            String file,
            Function<Intervals, Duration> interval,
            Live live,
            Copy copy,
            Parser parser,
            BiConsumer<Parts, SourceState> absent) {
        pages.add(new Page(source, file, false, interval, live, copy, parser, absent, ""));
        return this;
    }

    private void optional() {
        pages.add(pages.remove(pages.size() - 1).optionally());
    }

    private VmLayout forbidden(String remedy) {
        pages.add(pages.remove(pages.size() - 1).forbidden(remedy));
        return this;
    }

    /** A file that is not there holds no certificate; of one that cannot be read nothing is known. */
    private static <T> List<T> missing(SourceState why) {
        return why == SourceState.MISSING ? List.of() : null;
    }

    private static void nothing(Parts parts, SourceState why) {
        // What the page said before, or in part, stays until Envoy itself is away.
    }
}
