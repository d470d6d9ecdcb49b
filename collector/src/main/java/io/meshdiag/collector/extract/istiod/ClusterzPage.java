package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code /debug/clusterz} (Istio 1.11+): the clusters that an istiod is registered with → RemoteClusterStatus. */
public final class ClusterzPage implements PageParser {
    private final IstiodPod istiod;

    public ClusterzPage(IstiodPod istiod) {
        this.istiod = istiod;
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        List<RegisteredCluster> clusters = new ArrayList<>();
        JsonPage.read(page, array -> {
            if (array.isObject()) {
                throw new UnreadablePageException("clusterz must be an array of clusters");
            }
            array.elements(() -> clusters.add(cluster(array)));
        });
        clusters.sort(Comparator.comparing(RegisteredCluster::getClusterId));
        facts.accept(Digests.stamp(RemoteClusterStatus.newBuilder()
                .setHeader(origin.header())
                .setNamespace(istiod.namespace())
                .setIstiod(istiod.name())
                .setClusters(clusters)
                .build()));
    }

    private static RegisteredCluster cluster(JsonCursor json) throws IOException, UnreadablePageException {
        RegisteredCluster cluster = new RegisteredCluster("", null, RemoteSyncState.UNKNOWN);
        json.fields(key -> {
            switch (key) {
                case "id" -> cluster.setClusterId(json.textOrEmpty());
                case "secretname" -> cluster.setSecretName(json.textOrNull());
                case "syncstatus" -> cluster.setState(state(json.text()));
                default -> {}
            }
        });
        return cluster;
    }

    private static RemoteSyncState state(String word) {
        return switch (word == null ? "" : word.toLowerCase(Locale.ROOT)) {
            case "synced" -> RemoteSyncState.SYNCED;
            case "syncing" -> RemoteSyncState.SYNCING;
            case "timeout" -> RemoteSyncState.TIMEOUT;
            case "closed" -> RemoteSyncState.CLOSED;
            default -> RemoteSyncState.UNKNOWN;
        };
    }
}
