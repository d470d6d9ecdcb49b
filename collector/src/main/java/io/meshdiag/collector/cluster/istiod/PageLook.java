package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.istiod.ClusterzPage;
import io.meshdiag.collector.extract.istiod.EndpointShardzPage;
import io.meshdiag.collector.extract.istiod.IstiodMetricsPage;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.MeshPage;
import io.meshdiag.collector.extract.istiod.NetworkzPage;
import io.meshdiag.collector.extract.istiod.RegistryzPage;
import io.meshdiag.collector.extract.istiod.SynczPage;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Book;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.schema.FactKey;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/** Reads one page of one replica into the book: what a page that was read to its end does not show any more is gone. */
final class PageLook {
    private final Surroundings cluster;
    private final SeenProxies proxies;
    private final Waits waits;

    PageLook(Surroundings cluster, SeenProxies proxies, Waits waits) {
        this.cluster = cluster;
        this.proxies = proxies;
        this.waits = waits;
    }

    void read(Pod pod, Replica replica, IstiodPage page)
            throws PageException, UnreadablePageException, IOException, InterruptedException {
        IstiodPod istiod = replica.pod();
        Origin origin =
                cluster.origin().now("istiod/" + istiod.namespace() + "/" + istiod.name(), "istiod:" + page.path());
        // Asked of every key that readers have: the kind, which rules out most, comes first.
        String segment = FactKey.clusterSegment(origin.clusterId(), origin.clusterUid());
        Book.Look look = cluster.book()
                .look(key -> page.shows(key, istiod)
                        && key.cluster().equals(segment)
                        && key.mesh().equals(origin.meshId()));
        try (InputStream answer = cluster.access().get(pod, pod.metricsPort(), page.path())) {
            switch (page) {
                case MESH -> replica.mesh(MeshPage.parse(answer));
                case SYNCZ -> readSyncz(istiod, answer, origin, look);
                case CLUSTERZ -> new ClusterzPage(istiod).parse(answer, origin, look);
                case NETWORKZ -> new NetworkzPage(istiod).parse(answer, origin, look);
                case METRICS -> new IstiodMetricsPage(istiod).parse(answer, origin, look);
                case SHARDS -> new EndpointShardzPage(istiod, pod.version()).parse(answer, origin, look);
                case REGISTRY -> new RegistryzPage(istiod).parse(answer, origin, look);
            }
        }
        look.complete();
    }

    private void readSyncz(IstiodPod istiod, InputStream answer, Origin origin, Book.Look look)
            throws UnreadablePageException, IOException {
        Set<String> listed = new HashSet<>();
        Waits.Page owed = waits.page(istiod);
        FactSink both = fact -> {
            if (fact instanceof ProxyStatus proxy) {
                owed.date(proxy);
                proxies.seen(istiod, proxy).ifPresent(listed::add);
            }
            look.accept(fact);
        };
        new SynczPage(istiod).parse(answer, origin, both);
        owed.complete();
        proxies.listed(istiod, listed);
    }
}
