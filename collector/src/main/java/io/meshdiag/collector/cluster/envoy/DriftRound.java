package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.istiod.ProxySighting;
import io.meshdiag.collector.cluster.istiod.ProxySightings;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.envoy.ConfigDrifts;
import io.meshdiag.collector.extract.envoy.ResourceDigests;
import io.meshdiag.collector.extract.istiod.ConnectionsPage;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKind;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares what istiod would send to a proxy with what its Envoy has, for proxies that stay stale or rejecting: ConfigDrift. At most one comparison in
 * a round, out of the same budget as all dumps. A proxy that is in sync again, or gone, has no drift.
 */
public final class DriftRound implements Rounds.Task {
    /** Name in the coverage. */
    public static final String SOURCE = "istiod/config_dump";

    private final Surroundings surroundings;
    private final EnvoySettings settings;
    private final ProxySightings sightings;
    private final DumpBudget budget;
    private final EnvoyAdmin envoy;
    private final PageReader reader;
    private final ProxyKeys keys;
    private final DumpQueue queue;
    private final Sample comparisons = new Sample(SOURCE);
    /** Since when a proxy is seen to reject; how long it is stale istiod's poll says itself. */
    private final Map<ProxyName, Instant> rejecting = new HashMap<>();

    private Instant notBefore = Instant.MIN;

    /** @param budget shared with everything else that reads dumps */
    public DriftRound(Surroundings surroundings, EnvoySettings settings, ProxySightings sightings, DumpBudget budget) {
        this.surroundings = surroundings;
        this.settings = settings;
        this.sightings = sightings;
        this.budget = budget;
        this.envoy = new EnvoyAdmin(surroundings.access());
        this.reader = new PageReader(budget, settings.maxDumpBytes());
        this.keys = new ProxyKeys(surroundings.origin());
        this.queue = new DumpQueue(settings);
    }

    @Override
    public void run() throws InterruptedException {
        if (budget.nothing()) {
            surroundings.board().disabled(SOURCE, "the budget of Envoy dumps is 0");
            return;
        }
        Map<ProxyName, ProxySighting> seen =
                sightings.all().stream().collect(Collectors.toMap(DriftRound::name, Function.identity(), (a, b) -> a));
        forgetSettled(seen);
        Map<ProxyName, Pod> pods = surroundings.pods().proxies().stream()
                .filter(Interest::reachable)
                .filter(pod -> seen.containsKey(Interest.name(pod)) && lasting(seen.get(Interest.name(pod))))
                .collect(Collectors.toMap(Interest::name, Function.identity(), (a, b) -> a));
        comparisons.retain(pods.keySet());
        List<Candidate> candidates = pods.values().stream()
                .map(pod -> new Candidate(
                        Interest.name(pod),
                        seen.get(Interest.name(pod)).rejected() ? Urgency.REJECTED : Urgency.STALE,
                        pod.created() + "/" + pod.restarts()))
                .toList();
        if (!now().isBefore(notBefore)) {
            Optional<Candidate> next = queue.next(candidates, now());
            if (next.isPresent() && budget.take()) {
                ProxyName proxy = next.get().proxy();
                PageReader.Result result = compare(pods.get(proxy), seen.get(proxy));
                comparisons.tried(proxy, result, now());
                if (result.whole()) {
                    queue.dumped(next.get(), now());
                } else {
                    queue.failed(next.get(), now());
                }
                notBefore = result.retryAfter() == null ? notBefore : now().plus(result.retryAfter());
            }
        }
        account(pods.size());
    }

    /** A proxy that no istiod shows at present is neither in sync nor gone: its drift stays. */
    private void forgetSettled(Map<ProxyName, ProxySighting> seen) {
        rejecting.keySet().removeIf(p -> !seen.containsKey(p) || !seen.get(p).rejected());
        seen.values().stream().filter(ProxySighting::rejected).forEach(s -> rejecting.putIfAbsent(name(s), now()));
        surroundings
                .book()
                .gone(key -> key.kind() == FactKind.CONFIG_DRIFT
                        && keys.proxy(key)
                                .map(seen::get)
                                .filter(DriftRound::settled)
                                .isPresent());
    }

    private static boolean settled(ProxySighting seen) {
        return seen.staleSince() == null && !seen.rejected();
    }

    private boolean lasting(ProxySighting seen) {
        Instant since = seen.staleSince() != null ? seen.staleSince() : rejecting.get(name(seen));
        return since != null && !now().isBefore(since.plus(settings.staleAfter()));
    }

    private PageReader.Result compare(Pod pod, ProxySighting seen) throws InterruptedException {
        ProxyName proxy = name(seen);
        Optional<Pod> istiod =
                surroundings.pods().pod(seen.istiod().namespace(), seen.istiod().name());
        if (istiod.isEmpty()) {
            return refused("istiod " + seen.istiod().name() + " is gone: the proxy will be seen at another one");
        }
        List<Optional<String>> connection = new ArrayList<>();
        PageReader.Result found = reader.read(
                () -> istiod(istiod.get(), "/debug/connections"),
                page -> connection.add(ConnectionsPage.idOf(proxy, page)));
        if (!found.whole()) {
            return found;
        }
        if (connection.get(0).isEmpty()) {
            return refused(
                    "istiod " + seen.istiod().name()
                            + " has no connection that is this proxy's without doubt: it is reconnecting, or others are named alike");
        }
        String path = "/debug/config_dump?proxyID="
                + URLEncoder.encode(connection.get(0).get(), StandardCharsets.UTF_8) + "&include_eds";
        ResourceDigests[] sides = {null, null};
        PageReader.Result theirs =
                reader.read(() -> istiod(istiod.get(), path), page -> sides[0] = ResourceDigests.read(page));
        if (!theirs.whole()) {
            return theirs;
        }
        PageReader.Result envoys = reader.read(
                () -> envoy.get(pod, "/config_dump?include_eds"), page -> sides[1] = ResourceDigests.read(page));
        if (!envoys.whole()) {
            return envoys;
        }
        for (ResourceDigests side : sides) {
            if (side.proxy() != null && !side.proxy().equals(proxy)) {
                return refused("the dump is of another proxy");
            }
        }
        tell(proxy, seen, sides[0], sides[1]);
        return envoys;
    }

    private void tell(ProxyName proxy, ProxySighting seen, ResourceDigests theirs, ResourceDigests envoys) {
        Optional<ConfigDrift> drift = ConfigDrifts.compare(
                surroundings.origin().now("collector", "istiod:/debug/config_dump"),
                proxy,
                seen.istiod().name(),
                theirs,
                envoys);
        if (drift.isPresent()) {
            surroundings.book().accept(drift.get());
        } else {
            surroundings.book().gone(keys.drift(proxy));
        }
    }

    private InputStream istiod(Pod pod, String path) throws PageException, InterruptedException {
        return surroundings.access().get(pod, pod.metricsPort(), path);
    }

    private static PageReader.Result refused(String detail) {
        return new PageReader.Result(SourceState.UNREADABLE, detail, null);
    }

    private void account(int lasting) {
        surroundings
                .board()
                .tell(
                        lasting == 0
                                ? SourceCoverage.newBuilder()
                                        .setSource(SOURCE)
                                        .setState(SourceState.OK)
                                        .setDetail("no proxy stays stale: there is nothing to compare")
                                        .setRead(0)
                                        .setExpected(0)
                                        .build()
                                : comparisons.coverage(lasting, now()));
    }

    private static ProxyName name(ProxySighting seen) {
        return new ProxyName(seen.namespace(), seen.name());
    }

    private Instant now() {
        return surroundings.origin().clock().instant();
    }
}
