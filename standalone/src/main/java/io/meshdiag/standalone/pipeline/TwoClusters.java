package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.design.Side;
import io.meshdiag.schema.Facts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** A service in two clusters, as archives show it. */
public record TwoClusters(Side from, Side to) {
    /**
     * Reads archives; only what concerns the service is kept.
     *
     * @throws ArchiveException when an input is no archive
     * @throws IllegalArgumentException when none is of one of the clusters
     */
    public static TwoClusters read(List<Path> archives, String from, String to, String namespace, String service)
            throws ArchiveException {
        Map<String, Kept> kept = new TreeMap<>();
        FactsTaken taken =
                new FactsTaken(fact -> kept.computeIfAbsent(Facts.header(fact).getClusterId(), cluster -> new Kept())
                        .take(fact, namespace, service));
        new ArchiveCollector(taken, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(archives);
        return new TwoClusters(side(kept, from), side(kept, to));
    }

    private static Side side(Map<String, Kept> kept, String cluster) {
        Kept found = kept.get(cluster);
        if (found == null || found.profile == null) {
            throw new IllegalArgumentException("no archive is of cluster " + cluster + "; there are "
                    + String.join(", ", kept.keySet()) + " (the cluster ids of Istio)");
        }
        return new Side(found.profile, Optional.ofNullable(found.service), found.destinationRules);
    }

    private static final class Kept {
        private ClusterProfile profile;
        private ServiceEndpoints service;
        private final List<IstioResource> destinationRules = new ArrayList<>();

        private void take(SpecificRecord fact, String namespace, String name) {
            if (fact instanceof ClusterProfile its) {
                profile = its;
            } else if (fact instanceof ServiceEndpoints one
                    && one.getNamespace().equals(namespace)
                    && one.getName().equals(name)) {
                service = one;
            } else if (fact instanceof IstioResource resource
                    && resource.getKind().equals("DestinationRule")) {
                destinationRules.add(resource);
            }
        }
    }
}
