package io.meshdiag.collector.archive;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.kubernetes.KubernetesFacts;
import io.meshdiag.collector.extract.log.CniLogParser;
import io.meshdiag.collector.extract.ztunnel.ZtunnelDumpPage;
import java.io.IOException;
import java.io.InputStream;

/** What the pages of one archive share: the cluster's objects, and the proxy whose folder is being read. */
final class PageReaders {
    /** Pods of the DaemonSet ztunnel stand among the proxies of an archive. */
    private static final String ZTUNNEL = "ztunnel-";

    private static final String ZTUNNEL_DUMP = "ztunnel:/config_dump";

    private final KubernetesFacts kubernetes;
    private final Origin origin;
    private final String istioVersion;
    private IstiodPod proxyPod;
    private ProxyPages proxy;

    PageReaders(KubernetesFacts kubernetes, Origin origin, String istioVersion) {
        this.kubernetes = kubernetes;
        this.origin = origin;
        this.istioVersion = istioVersion;
    }

    KubernetesFacts kubernetes() {
        return kubernetes;
    }

    /** Version of istiod; null when unknown. */
    String istioVersion() {
        return istioVersion;
    }

    /** The folder of an agent's log does not say where it ran: its pod does, which stands before it in an archive. */
    PageParser cniLog(String pod) {
        return kubernetes
                .agent(pod)
                .map(agent -> new CniLogParser(agent.node() == null ? "" : agent.node(), agent.namespace(), pod))
                .orElseGet(() -> new CniLogParser("", "", pod));
    }

    /** Pages of one proxy stand together in an archive: its facts are given when the next proxy's begin. */
    ProxyReader proxy(IstiodPod pod) {
        return new ProxyReader(pod);
    }

    /** Parsers of one proxy's pages. */
    final class ProxyReader {
        private final IstiodPod pod;

        private ProxyReader(IstiodPod pod) {
            this.pod = pod;
        }

        void readConfigDump(InputStream page, Origin pageOrigin, FactSink facts)
                throws IOException, UnreadablePageException {
            if (pod.name().startsWith(ZTUNNEL)) {
                new ZtunnelDumpPage(pod.namespace(), pod.name())
                        .parse(
                                page,
                                pageOrigin.seenBy("ztunnel/" + pod.namespace() + "/" + pod.name(), ZTUNNEL_DUMP),
                                facts);
                return;
            }
            current(facts).readConfigDump(page);
        }

        void readServerInfo(InputStream page, Origin pageOrigin, FactSink facts)
                throws IOException, UnreadablePageException {
            current(facts).readServerInfo(page);
        }

        void readCerts(InputStream page, Origin pageOrigin, FactSink facts)
                throws IOException, UnreadablePageException {
            current(facts).readCerts(page);
        }

        private ProxyPages current(FactSink facts) {
            if (!pod.equals(proxyPod)) {
                publishProxy(facts);
                proxyPod = pod;
                proxy = new ProxyPages(new ProxyName(pod.namespace(), pod.name()));
            }
            return proxy;
        }
    }

    private void publishProxy(FactSink facts) {
        if (proxy != null) {
            proxy.publish(
                    origin.seenBy("proxy/" + proxyPod.namespace() + "/" + proxyPod.name(), "envoy:/config_dump"),
                    facts);
            proxy = null;
            proxyPod = null;
        }
    }

    /** Gives the facts that needed all pages. To be called once. */
    void finish(FactSink facts) {
        publishProxy(facts);
        kubernetes.finish(facts);
    }
}
