package io.meshdiag.collector.vm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.envoy.PublicPages;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.extract.vm.AgentConfig;
import io.meshdiag.collector.extract.vm.HostsFile;
import io.meshdiag.collector.extract.vm.SystemdUnit;
import io.meshdiag.collector.extract.vm.Token;
import io.meshdiag.collector.extract.vm.VmSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What of a machine's own pages may leave it: each copy is such a page again, with nothing in it but what its parser reads. */
final class Copies {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_CERTIFICATES = 1 << 20;
    private static final Pattern METRIC = Pattern.compile("(?:istio_agent_)?(?:istiod_connection|envoy_connection"
            + "|num_failed_outgoing_requests|num_file_secret_failures|dns_upstream_failures|cert_expiry_seconds).*"
            + "|istio_agent_.*");
    private static final Pattern OUR_CHAIN =
            Pattern.compile("(?:\\[\\d+:\\d+] )?(?:-[ANI] |:)(?:OUTPUT|PREROUTING|ISTIO)\\S*.*");
    private static final Pattern FRAME = Pattern.compile("\\*.*|COMMIT|#.*legacy tables present.*");
    private static final Pattern RULE_COMMENT =
            Pattern.compile("(--comment )(?:\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)|(\\bcomment )\"[^\"]*\"");
    private static final Pattern OUR_TABLE = Pattern.compile("table \\S+ (?:istio-\\S+|nat|mangle|raw) \\{.*");
    private static final Pattern LISTED = Pattern.compile("\\s*(?:set|map|flowtable|ct|counter|quota|limit) .*\\{\\s*");

    private Copies() {}

    /** {@code systemctl show}: the properties that are asked for. */
    static void unit(InputStream page, Parts parts, OutputStream out) throws IOException {
        List<String> asked = List.of(SystemdUnit.PROPERTIES.split(","));
        lines(page, out, line -> line.indexOf('=') > 0 && asked.contains(line.substring(0, line.indexOf('='))));
    }

    /** Pages that this program itself made of what it looked for. */
    static void asItIs(InputStream page, Parts parts, OutputStream out) throws IOException {
        page.transferTo(out);
    }

    /** Metrics of the agent: with an application's behind the same port, these are not all. */
    static void metrics(InputStream page, Parts parts, OutputStream out) throws IOException {
        lines(page, out, line -> METRIC.matcher(line).matches());
    }

    /** Environment files: the settings of interest. */
    static void environment(InputStream page, Parts parts, OutputStream out)
            throws IOException, UnreadablePageException {
        StringBuilder text = new StringBuilder();
        VmSettings.parse(page).assignments().forEach((name, value) -> text.append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The mesh config, as JSON, which is YAML too. */
    static void meshConfig(InputStream page, Parts parts, OutputStream out)
            throws IOException, UnreadablePageException {
        AgentConfig config = AgentConfig.parse(page);
        ObjectNode root = JSON.createObjectNode();
        ObjectNode proxy = root.putObject("defaultConfig");
        put(proxy, "discoveryAddress", config.discoveryAddress());
        put(proxy, "meshId", config.meshId());
        ObjectNode metadata = proxy.putObject("proxyMetadata");
        config.metadata().assignments().forEach(metadata::put);
        put(root, "trustDomain", config.trustDomain());
        out.write(JSON.writeValueAsBytes(root));
    }

    private static void put(ObjectNode object, String name, String value) {
        if (value != null) {
            object.put(name, value);
        }
    }

    /** {@code /etc/hosts}: istiod's lines. */
    static void hosts(InputStream page, Parts parts, OutputStream out) throws IOException {
        String istiod = parts.discoveryAddress();
        for (String address : HostsFile.addresses(page, istiod)) {
            out.write((address + " " + istiod.replaceFirst(":\\d+$", "") + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    static void certificates(InputStream page, Parts parts, OutputStream out) throws IOException {
        String pem = new String(page.readNBytes(MAX_CERTIFICATES), StandardCharsets.ISO_8859_1);
        out.write(PublicPages.certificates(pem).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A token of the same expiry that is good for nothing. */
    static void token(InputStream page, Parts parts, OutputStream out) throws IOException, UnreadablePageException {
        Token token = Token.parse(page);
        String claims = token.expiresAt() == null
                ? "{}"
                : "{\"exp\":" + token.expiresAt().getEpochSecond() + "}";
        out.write(("e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".")
                .getBytes(StandardCharsets.UTF_8));
    }

    /** iptables-save: the chains that traffic takes to the proxy. */
    static void iptables(InputStream page, Parts parts, OutputStream out) throws IOException {
        lines(
                page,
                out,
                line -> FRAME.matcher(line).matches() || OUR_CHAIN.matcher(line).matches());
    }

    /** nft list ruleset: Istio's tables and those that iptables-nft keeps, without lists of addresses. */
    static void nftables(InputStream page, Parts parts, OutputStream out) throws IOException {
        boolean[] ours = {false};
        boolean[] listed = {false};
        lines(page, out, line -> {
            if (line.startsWith("table ")) {
                ours[0] = OUR_TABLE.matcher(line).matches();
            } else if (LISTED.matcher(line).matches()) {
                listed[0] = true;
                return false;
            } else if (listed[0]) {
                listed[0] = !line.strip().equals("}");
                return false;
            }
            return ours[0];
        });
    }

    private static void lines(InputStream page, OutputStream out, Predicate<String> kept) throws IOException {
        Lines lines = new Lines(page);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (kept.test(line)) {
                out.write((RULE_COMMENT.matcher(line).replaceAll("$1$2\"\"") + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
