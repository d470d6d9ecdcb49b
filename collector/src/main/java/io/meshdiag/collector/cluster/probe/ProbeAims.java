package io.meshdiag.collector.cluster.probe;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.WebhookConfig;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Which peers may be probed, learnt from the cluster's own facts on their way out: API servers from RemoteSecrets, gateways from NetworkGateways,
 * control planes from WebhookConfigs. An aim ends with the last fact that names it. As thread-safe as the publisher behind it.
 */
public final class ProbeAims implements FactPublisher, Supplier<Set<ProbeAim>> {
    private static final int XDS_PORT = 15012;
    private static final int WEBHOOK_PORT = 15017;

    private final String ownClusterId;
    private final FactPublisher next;
    private final Map<FactKey, Set<ProbeAim>> byFact = new ConcurrentHashMap<>();

    /** @param next where facts go, all of them and unchanged */
    public ProbeAims(String ownClusterId, FactPublisher next) {
        this.ownClusterId = ownClusterId;
        this.next = next;
    }

    @Override
    public Set<ProbeAim> get() {
        return aims(target -> target != ProbeTarget.GATEWAY_NAME);
    }

    /** Names of the cluster's own gateways, which are looked up and not connected to. */
    public Set<ProbeAim> names() {
        return aims(target -> target == ProbeTarget.GATEWAY_NAME);
    }

    private Set<ProbeAim> aims(Predicate<ProbeTarget> which) {
        return byFact.values().stream()
                .flatMap(Set::stream)
                .filter(aim -> which.test(aim.target()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        FactKind kind = FactKind.of(fact);
        if (kind == FactKind.REMOTE_SECRET) {
            byFact.put(Facts.key(fact), apiServer((RemoteSecret) fact));
        } else if (kind == FactKind.NETWORK_GATEWAYS) {
            byFact.put(Facts.key(fact), gateways((NetworkGateways) fact));
        } else if (kind == FactKind.GATEWAY) {
            byFact.put(Facts.key(fact), ownNames((Gateway) fact));
        } else if (kind == FactKind.WEBHOOK_CONFIG) {
            byFact.put(Facts.key(fact), controlPlanes((WebhookConfig) fact));
        }
        return next.publish(fact);
    }

    @Override
    public void tombstone(FactKey key) {
        byFact.remove(key);
        next.tombstone(key);
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void close() {
        next.close();
    }

    private Set<ProbeAim> apiServer(RemoteSecret secret) {
        String host = secret.getServerHost();
        if (host == null || host.isEmpty() || secret.getClusterKey().equals(ownClusterId)) {
            return Set.of();
        }
        int port = secret.getServerPort() == null ? 443 : secret.getServerPort();
        return port(port)
                ? Set.of(new ProbeAim(secret.getClusterKey(), ProbeTarget.API_SERVER, bare(host), port))
                : Set.of();
    }

    private Set<ProbeAim> gateways(NetworkGateways known) {
        return known.getGateways().stream()
                .filter(g -> !g.getClusterId().equals(ownClusterId)
                        && !g.getAddress().isEmpty()
                        && port(g.getPort()))
                .map(g -> new ProbeAim(
                        g.getClusterId(), ProbeTarget.EAST_WEST_GATEWAY, bare(g.getAddress()), g.getPort()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * An istiod outside of the cluster: its webhooks are called by a URL, on istiod's own port (istio-formats: external istiod), and then proxies connect
     * to the port for them at the same host. Behind any other port something else may stand in front of it.
     */
    private static Set<ProbeAim> controlPlanes(WebhookConfig config) {
        return config.getEntries().stream()
                .filter(entry -> config.getActive() && entry.getUrlHost() != null && entry.getUrlPort() != null)
                .filter(entry -> entry.getUrlPort() == WEBHOOK_PORT)
                .map(entry -> bare(entry.getUrlHost()))
                .flatMap(host -> Stream.of(
                        new ProbeAim("", ProbeTarget.WEBHOOK, host, WEBHOOK_PORT),
                        new ProbeAim("", ProbeTarget.CONTROL_PLANE, host, XDS_PORT)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<ProbeAim> ownNames(Gateway gateway) {
        return gateway.getAddresses().stream()
                .filter(GatewayAddress::getHostname)
                .map(address -> new ProbeAim(ownClusterId, ProbeTarget.GATEWAY_NAME, address.getAddress(), 0))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean port(int port) {
        return port > 0 && port < 65_536;
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
