package io.meshdiag.simulator.fleet;

import io.meshdiag.simulator.pki.Authority;
import java.time.Duration;
import java.util.Map;

/** All clusters of one mesh as they truly are. */
public final class Fleet {
    private final Settings settings;
    private final Names names;
    private final Authority root;
    private final Map<String, Cluster> clusters;

    Fleet(Settings settings, Names names, Authority root, Map<String, Cluster> clusters) {
        this.settings = settings;
        this.names = names;
        this.root = root;
        this.clusters = clusters;
    }

    public Settings settings() {
        return settings;
    }

    public Names names() {
        return names;
    }

    /** The root that healthy clusters share. */
    public Authority root() {
        return root;
    }

    /** By name, in the scenario's order. */
    public Map<String, Cluster> clusters() {
        return clusters;
    }

    public Cluster cluster(String name) {
        return clusters.get(name);
    }

    /** Whether clusters are in different networks, so that east-west gateways are used. */
    public boolean multiNetwork() {
        return clusters.values().stream().map(Cluster::network).distinct().count() > 1;
    }

    /** What signed the API server's certificate of a cluster, by the scenario's name. */
    public Authority apiAuthority(String cluster) {
        return selfSigned("kube-ca/" + cluster);
    }

    /** A CA that istiod makes for itself when it finds no Secret cacerts. */
    public Authority selfSigned(String purpose) {
        return Authority.root(
                "O=cluster.local",
                settings.time().minus(Duration.ofDays(30)),
                Duration.ofDays(3650),
                settings.seed() + "/" + purpose);
    }
}
