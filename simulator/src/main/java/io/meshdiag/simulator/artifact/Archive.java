package io.meshdiag.simulator.artifact;

import io.meshdiag.simulator.artifact.envoy.CertsPage;
import io.meshdiag.simulator.artifact.envoy.ConfigDump;
import io.meshdiag.simulator.artifact.envoy.EnvoyStats;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.artifact.envoy.ServerInfo;
import io.meshdiag.simulator.artifact.istiod.ClusterzPage;
import io.meshdiag.simulator.artifact.istiod.ConfigzPage;
import io.meshdiag.simulator.artifact.istiod.EndpointShardzPage;
import io.meshdiag.simulator.artifact.istiod.IstiodMetrics;
import io.meshdiag.simulator.artifact.istiod.MeshPage;
import io.meshdiag.simulator.artifact.istiod.NetworkzPage;
import io.meshdiag.simulator.artifact.istiod.RegistryzPage;
import io.meshdiag.simulator.artifact.istiod.SynczPage;
import io.meshdiag.simulator.artifact.kubernetes.ClusterObjects;
import io.meshdiag.simulator.artifact.kubernetes.EventTable;
import io.meshdiag.simulator.artifact.kubernetes.FullSecrets;
import io.meshdiag.simulator.artifact.kubernetes.NamespacedObjects;
import io.meshdiag.simulator.artifact.kubernetes.SecretNames;
import io.meshdiag.simulator.artifact.log.Logs;
import io.meshdiag.simulator.artifact.ztunnel.ZtunnelDump;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.IstiodView;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The table of contents of one cluster's archive, as "istioctl bug-report" lays it out. */
public final class Archive {
    private Archive() {}

    /** All files; each writes itself only when asked to. */
    public static List<Artifact> of(Fleet fleet, Cluster cluster) {
        List<Artifact> files = new ArrayList<>(Overview.of(fleet, cluster));
        ClusterObjects clusterObjects = new ClusterObjects(fleet, cluster);
        files.add(clusterObjects.all());
        files.add(clusterObjects.nodes());
        NamespacedObjects objects = new NamespacedObjects(fleet, cluster);
        files.add(objects.all());
        files.add(objects.istioPods());
        files.add(objects.customResources());
        files.add(fleet.settings().fullSecrets() ? new FullSecrets(fleet, cluster).list() : new SecretNames(cluster));
        files.add(new EventTable(fleet, cluster));

        for (Pod pod : cluster.pods(Pod.Role.ISTIOD)) {
            Istiod istiod = new Istiod(fleet, cluster, pod, new IstiodView(fleet, cluster, pod));
            files.add(Logs.istiod(istiod));
            pages(istiod).filter(page -> !missing(istiod, page)).forEach(files::add);
        }
        cluster.ztunnels()
                .forEach(ztunnel -> files.add(
                        new ZtunnelDump(cluster, ztunnel, fleet.settings().time())));
        cluster.pods(Pod.Role.CNI).forEach(pod -> files.add(Logs.cni(pod)));
        dumped(fleet, cluster).forEach(proxy -> files.addAll(envoy(ProxyView.of(fleet, cluster, proxy))));
        return files;
    }

    private static Stream<Artifact> pages(Istiod istiod) {
        return Stream.of(
                new SynczPage(istiod),
                new ClusterzPage(istiod),
                new NetworkzPage(istiod),
                new EndpointShardzPage(istiod),
                new RegistryzPage(istiod),
                new MeshPage(istiod),
                new ConfigzPage(istiod),
                new IstiodMetrics(istiod));
    }

    private static boolean missing(Istiod istiod, Artifact page) {
        String name = page.path().substring(istiod.folder().length());
        return istiod.cluster().missingPages().stream().anyMatch(name::startsWith);
    }

    private static List<Artifact> envoy(ProxyView view) {
        return List.of(
                new ConfigDump(view),
                new CertsPage(view),
                new ServerInfo(view),
                new EnvoyStats(view),
                Logs.proxy(view.fleet(), view.cluster(), view.proxy(), view.folder()));
    }

    /** Proxies in trouble and gateways first, then the rest evenly, up to the scenario's bound. VMs have no pod to ask. */
    static List<Proxy> dumped(Fleet fleet, Cluster cluster) {
        Set<String> troubled = new HashSet<>(cluster.rejections().keySet());
        troubled.addAll(cluster.connections().disconnected());
        troubled.addAll(cluster.distortions().keptEndpoints().keySet());
        troubled.addAll(cluster.distortions().ejectedClusters().keySet());
        List<Proxy> pods =
                cluster.proxies().stream().filter(proxy -> proxy.pod() != null).toList();
        List<Proxy> chosen = new ArrayList<>(pods.stream()
                .filter(proxy -> proxy.isGateway() || troubled.contains(proxy.id()))
                .toList());
        List<Proxy> rest = new ArrayList<>(pods);
        rest.removeAll(chosen);
        int room = fleet.settings().dumps() - chosen.size();
        int step = room <= 0 ? 1 : Math.max(1, rest.size() / room);
        for (int i = 0; i < rest.size() && chosen.size() < fleet.settings().dumps(); i += step) {
            chosen.add(rest.get(i));
        }
        return chosen.subList(0, Math.min(chosen.size(), fleet.settings().dumps()));
    }
}
