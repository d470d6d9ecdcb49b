package io.meshdiag.simulator.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One xDS type of one connected proxy, as its istiod keeps it.
 *
 * @param acked empty = never acknowledged
 * @param lastError empty = the last answer was an ACK
 */
public record XdsState(Type type, String sent, String acked, Instant sentAt, String lastError) {

    /** The types that sidecars and gateways subscribe to. */
    public enum Type {
        CDS("cluster", "type.googleapis.com/envoy.config.cluster.v3.Cluster"),
        LDS("listener", "type.googleapis.com/envoy.config.listener.v3.Listener"),
        EDS("endpoint", "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"),
        RDS("route", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration");

        private final String word;
        private final String url;

        Type(String word, String url) {
            this.word = word;
            this.url = url;
        }

        /** As in "cluster_sent". */
        public String word() {
            return word;
        }

        public String url() {
            return url;
        }
    }

    /** All types of one proxy: in step, but for a refused push. */
    public static List<XdsState> of(Fleet fleet, Cluster cluster, Proxy proxy) {
        List<XdsState> states = new ArrayList<>();
        Settings settings = fleet.settings();
        Rejection rejection = cluster.rejections().get(proxy.id());
        for (Type type : Type.values()) {
            if (type == Type.RDS && proxy.isGateway()) {
                continue;
            }
            String acked = nonce(fleet, settings.pushVersion(), cluster, proxy, type);
            if (type == Type.LDS && rejection != null) {
                String sent = nonce(fleet, rejection.pushVersion(), cluster, proxy, type);
                states.add(new XdsState(type, sent, acked, rejection.at(), error(rejection)));
            } else if (type == Type.EDS && cluster.unanswered().containsKey(proxy.id())) {
                Instant at = cluster.unanswered().get(proxy.id());
                states.add(new XdsState(type, nonce(fleet, at + "/59", cluster, proxy, type), acked, at, ""));
            } else {
                states.add(new XdsState(type, acked, acked, settings.pushedAt(), ""));
            }
        }
        return states;
    }

    /** Envoy's whole text of a refused push of listeners. */
    public static String error(Rejection rejection) {
        return "Error adding/updating listener(s) " + rejection.listener() + ": " + rejection.details() + "\n";
    }

    /** Since 1.23 the push version, before a hash of the config ledger, each with a UUID behind it. */
    private static String nonce(Fleet fleet, String version, Cluster cluster, Proxy proxy, Type type) {
        String uuid = fleet.names().uuid(cluster.name(), proxy.id(), type, version);
        if (cluster.minor() >= 23) {
            return version + uuid;
        }
        return fleet.names().suffix(11, "ledger", version) + "=" + uuid;
    }
}
