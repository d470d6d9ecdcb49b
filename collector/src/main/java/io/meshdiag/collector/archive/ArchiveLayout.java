package io.meshdiag.collector.archive;

import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.istiod.ClusterzPage;
import io.meshdiag.collector.extract.istiod.EndpointShardzPage;
import io.meshdiag.collector.extract.istiod.IstiodMetricsPage;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.NetworkzPage;
import io.meshdiag.collector.extract.istiod.RegistryzPage;
import io.meshdiag.collector.extract.istiod.SynczPage;
import io.meshdiag.collector.extract.log.LogSignalsParser;
import io.meshdiag.schema.Printable;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which file of a bug report is which page: one table. What is not in it is not read. */
final class ArchiveLayout {
    /** Who is asked for a page, and the folder of its answers. */
    enum Owner {
        CLUSTER("cluster/"),
        ISTIOD("istio/(?<ns>[^/]+)/(?<pod>[^/]+)/"),
        PROXY("proxies/(?<ns>[^/]+)/(?<pod>[^/]+)/"),
        CNI("cni/(?<pod>[^/]+)/");

        private final Pattern folder;

        Owner(String folder) {
            this.folder = Pattern.compile(folder);
        }
    }

    /** Makes the parser of one page. */
    @FunctionalInterface
    interface Opener {
        PageParser open(PageReaders readers, IstiodPod owner);
    }

    /**
     * One row of the table.
     *
     * @param source name in the coverage
     * @param readAt what the facts' headers say about where it was read
     * @param missing what to do when the page is not there
     */
    record Row(String source, Owner owner, String page, String readAt, String missing, Opener opener) {}

    /** A file that is a page. Namespace and pod are empty for pages of the cluster. */
    record Page(Row row, String namespace, String pod) {
        /** FactHeader.observer. */
        String observer() {
            return switch (row.owner()) {
                case CLUSTER -> "collector";
                case ISTIOD -> "istiod/" + namespace + "/" + pod;
                case PROXY -> "proxy/" + namespace + "/" + pod;
                case CNI -> "cni/" + pod;
            };
        }

        PageParser open(PageReaders readers) {
            return row.opener().open(readers, new IstiodPod(namespace, pod));
        }
    }

    /** Namespaced objects; before istioctl 1.30 the cluster's own too. */
    static final String RESOURCES = "kubernetes/resources";

    static final String CLUSTER_RESOURCES = "kubernetes/cluster-resources";
    private static final String AGAIN = "run `istioctl bug-report` again as a user who may read it: ";
    /** The tool writes no file for an answer that is empty. */
    private static final String EVENTS = "a cluster that keeps no events has none; else " + AGAIN;

    /** The tool writes no page of a pod when one of its requests failed. */
    private static final String ISTIOD = "istioctl keeps no page of an istiod when one fails, see bug-report.log: ";

    private static final String PROXY = "istioctl keeps no page of a proxy when one fails, see bug-report.log: ";

    static final List<Row> ROWS = List.of(
            row(RESOURCES, Owner.CLUSTER, "k8s-resources", "kubernetes:objects", AGAIN, (r, o) -> r.kubernetes()
                    .someObjects()),
            row(
                    CLUSTER_RESOURCES,
                    Owner.CLUSTER,
                    "k8s-cluster-resources",
                    "kubernetes:objects",
                    AGAIN,
                    (r, o) -> r.kubernetes().someObjects()),
            row(
                    "kubernetes/custom-resources",
                    Owner.CLUSTER,
                    "crs",
                    "kubernetes:objects",
                    AGAIN,
                    (r, o) -> r.kubernetes().objects()),
            row("kubernetes/nodes", Owner.CLUSTER, "nodes", "kubernetes:Node", AGAIN, (r, o) -> r.kubernetes()
                    .objects()),
            row("kubernetes/pods", Owner.CLUSTER, "pods", "kubernetes:Pod", AGAIN, (r, o) -> r.kubernetes()
                    .objects()),
            row("kubernetes/secrets", Owner.CLUSTER, "secrets", "kubernetes:Secret", AGAIN, (r, o) -> r.kubernetes()
                    .secrets()),
            row("kubernetes/events", Owner.CLUSTER, "events", "kubernetes:Event", EVENTS, (r, o) -> r.kubernetes()
                    .events()),
            row(
                    "kubernetes/version",
                    Owner.CLUSTER,
                    "kubectl-version",
                    "kubernetes:version",
                    AGAIN,
                    (r, o) -> r.kubernetes().serverVersion()),
            row("istiod/syncz", Owner.ISTIOD, "debug/syncz", "istiod:/debug/syncz", ISTIOD, (r, o) -> new SynczPage(o)),
            row(
                    "istiod/clusterz",
                    Owner.ISTIOD,
                    "debug/clusterz",
                    "istiod:/debug/clusterz",
                    ISTIOD,
                    (r, o) -> new ClusterzPage(o)),
            row(
                    "istiod/networkz",
                    Owner.ISTIOD,
                    "debug/networkz",
                    "istiod:/debug/networkz",
                    ISTIOD,
                    (r, o) -> new NetworkzPage(o)),
            row(
                    "istiod/endpointShardz",
                    Owner.ISTIOD,
                    "debug/endpointShardz",
                    "istiod:/debug/endpointShardz",
                    ISTIOD,
                    (r, o) -> new EndpointShardzPage(o, r.istioVersion())),
            row(
                    "istiod/registryz",
                    Owner.ISTIOD,
                    "debug/registryz",
                    "istiod:/debug/registryz",
                    ISTIOD,
                    (r, o) -> new RegistryzPage(o)),
            row("istiod/mesh", Owner.ISTIOD, "debug/mesh", "istiod:/debug/mesh", ISTIOD, (r, o) -> r.kubernetes()
                    .meshConfig()),
            row(
                    "istiod/metrics",
                    Owner.ISTIOD,
                    "metrics",
                    "istiod:/metrics",
                    ISTIOD,
                    (r, o) -> new IstiodMetricsPage(o)),
            row(
                    "proxies/config_dump",
                    Owner.PROXY,
                    "config_dump",
                    "envoy:/config_dump",
                    PROXY,
                    (r, o) -> r.proxy(o)::readConfigDump),
            row(
                    "proxies/server_info",
                    Owner.PROXY,
                    "server_info",
                    "envoy:/server_info",
                    PROXY,
                    (r, o) -> r.proxy(o)::readServerInfo),
            row("proxies/certs", Owner.PROXY, "certs", "envoy:/certs", PROXY, (r, o) -> r.proxy(o)::readCerts),
            row(
                    "istiod/log",
                    Owner.ISTIOD,
                    "discovery.log",
                    "istiod:log",
                    ISTIOD,
                    (r, o) -> new LogSignalsParser("istiod", o.namespace(), o.name())),
            row(
                    "proxies/log",
                    Owner.PROXY,
                    "istio-proxy.log",
                    "envoy:log",
                    PROXY,
                    (r, o) -> new LogSignalsParser("proxy", o.namespace(), o.name())),
            row("cni/log", Owner.CNI, "cni.log", "cni:log", AGAIN, (r, o) -> r.cniLog(o.name())));

    private ArchiveLayout() {}

    private static Row row(String source, Owner owner, String page, String readAt, String missing, Opener opener) {
        return new Row(source, owner, page, readAt, missing + page, opener);
    }

    /** The page that a file is; empty for a file that is not read. */
    static Optional<Page> page(String entry) {
        String path = PagePath.canonical(entry);
        for (Owner owner : Owner.values()) {
            Matcher folder = owner.folder.matcher(path);
            if (folder.lookingAt()) {
                String page = path.substring(folder.end());
                return ROWS.stream()
                        .filter(row -> row.owner() == owner && row.page().equals(page))
                        .findFirst()
                        .map(row -> new Page(row, group(folder, owner, "ns"), group(folder, owner, "pod")));
            }
        }
        return Optional.empty();
    }

    /** The pod whose folder a file is in, as namespace/pod; empty for files of the cluster and of nobody. */
    static Optional<String> pod(String entry, Owner owner) {
        Matcher folder = owner.folder.matcher(PagePath.canonical(entry));
        return folder.lookingAt() && owner != Owner.CLUSTER
                ? Optional.of(group(folder, owner, "ns") + "/" + group(folder, owner, "pod"))
                : Optional.empty();
    }

    private static String group(Matcher folder, Owner owner, String name) {
        boolean has = owner == Owner.CNI ? name.equals("pod") : owner != Owner.CLUSTER;
        return has ? Printable.shorten(folder.group(name), 253) : "";
    }
}
