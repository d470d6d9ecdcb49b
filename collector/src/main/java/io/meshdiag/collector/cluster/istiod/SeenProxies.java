package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Remembers proxies from poll to poll: a state of one poll has no age, the collector gives it one. Thread-safe. */
final class SeenProxies implements ProxySightings {
    private record Connection(ProxySighting sighting, Instant sentAt) {}

    private final String clusterId;
    /** By proxy ("namespace/name"), then by replica. */
    private final Map<String, Map<IstiodPod, Connection>> proxies = new TreeMap<>();

    /** What the replicas that answered in this round list. */
    private final Map<IstiodPod, Set<String>> round = new HashMap<>();
    /** Of the last two rounds in which all replicas answered; null before there were so many. */
    private Listing last;

    private Listing before;

    /** All proxies that all replicas list, in a round that began then. */
    private record Listing(Instant began, Set<String> proxies) {}

    /** @param clusterId whose proxies count: a primary's istiod lists those of its remotes too */
    SeenProxies(String clusterId) {
        this.clusterId = clusterId;
    }

    /** A replica listed a proxy, {@linkplain Waits dated}. Returns its key for {@link #listed}, or nothing for a proxy of another cluster. */
    synchronized Optional<String> seen(IstiodPod istiod, ProxyStatus proxy) {
        if (proxy.getProxyClusterId() != null && !proxy.getProxyClusterId().equals(clusterId)) {
            return Optional.empty();
        }
        String key = proxy.getNamespace() + "/" + proxy.getName();
        Map<IstiodPod, Connection> at = proxies.computeIfAbsent(key, k -> new HashMap<>());
        Instant now = proxy.getHeader().getObservedAt();
        Instant firstSeen = at.values().stream()
                .map(c -> c.sighting().firstSeen())
                .min(Instant::compareTo)
                .orElse(now);
        at.put(
                istiod,
                new Connection(
                        new ProxySighting(
                                proxy.getNamespace(),
                                proxy.getName(),
                                proxy.getProxyType(),
                                istiod,
                                firstSeen,
                                staleSince(proxy),
                                proxy.getXds().stream().anyMatch(xds -> xds.getState() == XdsSyncState.ERROR)),
                        sentAt(proxy, now)));
        return Optional.of(key);
    }

    private static Instant staleSince(ProxyStatus proxy) {
        return proxy.getXds().stream()
                .filter(xds -> xds.getState() == XdsSyncState.STALE || xds.getState() == XdsSyncState.STALE_NEVER_ACKED)
                .map(XdsStatus::getSentAt)
                .min(Instant::compareTo)
                .orElse(null);
    }

    private static Instant sentAt(ProxyStatus proxy, Instant unknown) {
        return proxy.getXds().stream()
                .map(XdsStatus::getSentAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(unknown);
    }

    /** A replica's page was read to its end: it serves these proxies and no others. */
    synchronized void listed(IstiodPod istiod, Set<String> keys) {
        forget(istiod, keys);
        round.put(istiod, keys);
    }

    /**
     * A round is over.
     *
     * @param istiods all replicas that there are
     */
    synchronized void ended(Instant began, Collection<IstiodPod> istiods) {
        Set<String> listed = new HashSet<>();
        round.values().forEach(listed::addAll);
        if (!istiods.isEmpty() && round.keySet().containsAll(istiods)) {
            before = last;
            last = new Listing(began, listed);
        } else if (last != null) {
            // What is absent now proves nothing, what is there does.
            last.proxies().addAll(listed);
        }
        round.clear();
    }

    /** Replicas that are gone serve nobody. */
    synchronized void retain(Collection<IstiodPod> istiods) {
        proxies.values().forEach(at -> at.keySet().retainAll(istiods));
        proxies.values().removeIf(Map::isEmpty);
    }

    private void forget(IstiodPod istiod, Set<String> but) {
        proxies.forEach((key, at) -> {
            if (!but.contains(key)) {
                at.remove(istiod);
            }
        });
        proxies.values().removeIf(Map::isEmpty);
    }

    @Override
    public synchronized List<ProxySighting> all() {
        return proxies.values().stream().map(SeenProxies::newest).toList();
    }

    @Override
    public synchronized Optional<ProxySighting> of(String namespace, String name) {
        return Optional.ofNullable(proxies.get(namespace + "/" + name)).map(SeenProxies::newest);
    }

    @Override
    public synchronized Optional<Instant> unlistedSince(String namespace, String name) {
        String key = namespace + "/" + name;
        boolean known = before != null && last != null;
        return known && !before.proxies().contains(key) && !last.proxies().contains(key)
                ? Optional.of(before.began())
                : Optional.empty();
    }

    private static ProxySighting newest(Map<IstiodPod, Connection> at) {
        return at.values().stream()
                .max((a, b) -> a.sentAt().compareTo(b.sentAt()))
                .orElseThrow()
                .sighting();
    }
}
