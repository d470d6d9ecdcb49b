package io.meshdiag.collector.archive;

import io.meshdiag.collector.extract.ClusterNames;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.istiod.ClusterzPage;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.istiod.MeshPage;
import io.meshdiag.collector.extract.kubernetes.Inventory;
import io.meshdiag.collector.extract.kubernetes.KubernetesListParser;
import io.meshdiag.collector.extract.kubernetes.Namespace;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.vm.CaptureReader;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * First pass over an archive: which cluster it is of. Small pages only; the large list of all objects and a proxy's dump are read only when the small
 * ones do not tell.
 *
 * <p>Time: the last time in bug-report.log, which the tool writes while it works; else the newest file's; else, where files have no real times
 * (reproducible tars), the newest line of istiod's logs.
 */
final class IdentityReader {
    private static final Pattern LOG_TIME =
            Pattern.compile("^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z)\\s.*");
    /** Facts are only looked at here, never published. */
    private static final Origin NOBODY = new Origin("", "", "", "", Instant.EPOCH, "");

    private static final Instant ISTIO_1_0 = Instant.parse("2018-07-31T00:00:00Z");

    private final Inventory inventory = new Inventory();
    private MeshConfig effective;
    private String clusterzId;
    private String proxyClusterId;
    private String proxyMeshId;
    private Instant logTime;
    private Instant istiodLogTime;
    private Instant newest = Instant.EPOCH;
    private int pages;
    private final CaptureReader capture;

    private IdentityReader(ArchiveOptions options) {
        capture = CaptureFiles.reader(options);
    }

    /**
     * Identifies the archive's cluster.
     *
     * @throws ArchiveException when no file in it is one that a bug report has
     */
    static ClusterIdentity identify(Archive archive, ArchiveOptions options) throws ArchiveException {
        IdentityReader reader = new IdentityReader(options);
        archive.forEach(reader::small);
        if (reader.capture.identity().isPresent()) {
            return reader.machine(reader.capture.identity().get());
        }
        if (reader.pages == 0) {
            throw new ArchiveException(archive.path()
                    + " is no bug report: no folder cluster/, istio/ or proxies/ with known pages in it, and no vm/capture.json;"
                    + " give what `istioctl bug-report` or `meshdiag collect vm --capture` wrote");
        }
        if (reader.incomplete(options)) {
            archive.forEach(reader::objects);
        }
        if (reader.incomplete(options)) {
            archive.forEach(reader::proxies);
        }
        return reader.identity(options);
    }

    private void small(Archive.Entry entry, InputStream content) throws IOException {
        String path = PagePath.canonical(entry.path());
        if (path.isEmpty()) {
            return;
        }
        if (CaptureFiles.name(path).isPresent()) {
            capture.identify(CaptureFiles.name(path).get(), content);
            return;
        }
        newest = entry.modified().isAfter(newest) ? entry.modified() : newest;
        pages += ArchiveLayout.page(entry.path()).isPresent() ? 1 : 0;
        if (path.equals("bug-report.log")) {
            logTime = lastTime(content);
        } else if (path.equals("cluster/k8s-cluster-resources") || path.equals("cluster/pods")) {
            quietly(() -> KubernetesListParser.parse(content, inventory::accept));
        } else if (path.endsWith("/discovery.log")) {
            istiodLogTime = later(istiodLogTime, lastTime(content));
        } else if (path.endsWith("/debug/mesh")) {
            quietly(() -> effective = MeshPage.parse(content));
        } else if (path.endsWith("/debug/clusterz")) {
            quietly(() -> new ClusterzPage(new IstiodPod("", "")).parse(content, NOBODY, this::clusterz));
        }
    }

    private void objects(Archive.Entry entry, InputStream content) throws IOException {
        if (PagePath.canonical(entry.path()).equals("cluster/k8s-resources")) {
            quietly(() -> KubernetesListParser.parse(content, inventory::accept));
        }
    }

    private void proxies(Archive.Entry entry, InputStream content) throws IOException {
        if (proxyClusterId == null && PagePath.canonical(entry.path()).matches("proxies/.*/config_dump")) {
            ProxyPages proxy = new ProxyPages(new ProxyName("", ""));
            quietly(() -> proxy.readConfigDump(content));
            proxy.publish(NOBODY, this::proxy);
        }
    }

    private void clusterz(SpecificRecord fact) {
        if (fact instanceof RemoteClusterStatus status) {
            status.getClusters().stream()
                    .filter(c -> c.getSecretName() == null || c.getSecretName().isEmpty())
                    .map(RegisteredCluster::getClusterId)
                    .filter(id -> !id.isEmpty())
                    .findFirst()
                    .ifPresent(id -> clusterzId = id);
        }
    }

    private void proxy(SpecificRecord fact) {
        if (fact instanceof ProxyConfig config) {
            proxyClusterId = config.getProxyClusterId();
            proxyMeshId = config.getMeshId();
        }
    }

    /** The last time that begins a line; null when none does. */
    private static Instant lastTime(InputStream content) throws IOException {
        Lines lines = new Lines(content);
        String last = null;
        for (String line = lines.next(); line != null; line = lines.next()) {
            Matcher time = LOG_TIME.matcher(line);
            last = time.matches() ? time.group(1) : last;
        }
        try {
            return last == null ? null : Instant.parse(last);
        } catch (DateTimeException e) {
            // A thirteenth month: the line is not from the tool.
            return null;
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || (b != null && b.isAfter(a)) ? b : a;
    }

    private boolean incomplete(ArchiveOptions options) {
        return (options.clusterId() == null && istiodClusterId() == null && clusterzId == null)
                || (options.meshId() == null && meshConfig() == null)
                || uid().isEmpty();
    }

    private String istiodClusterId() {
        return istiods(Pod::clusterId);
    }

    private String istiods(Function<Pod, String> property) {
        return inventory
                .istiods()
                .map(property)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private MeshConfig meshConfig() {
        return effective != null ? effective : inventory.meshConfig();
    }

    private String uid() {
        Namespace system = inventory.namespace("kube-system");
        return system == null ? "" : system.uid();
    }

    private ClusterIdentity machine(MachineIdentity machine) {
        return new ClusterIdentity(
                machine.meshId(),
                machine.clusterId(),
                machine.machineUid(),
                "env",
                capture.capturedAt(),
                "capture.json",
                null,
                machine.vm());
    }

    private ClusterIdentity identity(ArchiveOptions options) {
        MeshConfig config = meshConfig();
        ClusterNames names = new ClusterNames()
                .clusterId(options.clusterId(), "option --cluster")
                .clusterId(istiodClusterId(), "istiod env CLUSTER_ID")
                .clusterId(clusterzId, "/debug/clusterz")
                .clusterId(proxyClusterId, "proxy node metadata")
                .meshId(options.meshId())
                .meshId(config == null ? null : config.meshId())
                .meshId(proxyMeshId)
                .meshId(config == null ? null : config.trustDomain());
        boolean noFileTimes = newest.isBefore(ISTIO_1_0) && istiodLogTime != null;
        Instant time = logTime != null ? logTime : noFileTimes ? istiodLogTime : newest;
        return new ClusterIdentity(
                names.meshId(),
                names.clusterId(),
                uid(),
                names.clusterIdSource(),
                time,
                time.equals(logTime)
                        ? "bug-report.log"
                        : time.equals(newest) ? "newest file" : "newest line of istiod's log",
                istiods(Pod::version),
                null);
    }

    /** Something to be read of a page. */
    private interface Reading {
        void read() throws IOException, UnreadablePageException;
    }

    /** A page that cannot be read tells nothing here; the second pass reports it. */
    private static void quietly(Reading reading) throws IOException {
        try {
            reading.read();
        } catch (UnreadablePageException | RuntimeException e) {
            return;
        }
    }
}
