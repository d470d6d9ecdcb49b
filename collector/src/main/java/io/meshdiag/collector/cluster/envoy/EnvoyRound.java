package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.istiod.ProxySightings;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.Rounds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Dumps as many Envoys as the budget allows, those with trouble first: their ProxyConfig and TrustBundle. Facts of proxies that are gone are swept.
 *
 * <p>The whole dump is asked for. Envoy's {@code mask} selects top-level lists only, and the facts need something of each of them (counts of clusters,
 * listeners, routes and endpoints, refused listeners, certificates, the node); what could be left out, and what must not be read, lies deeper, where
 * the parser skips it undecoded. The mask serves where a dump is longer than allowed: certificates stand near its end.
 */
public final class EnvoyRound implements Rounds.Task {
    private static final String DUMP = "proxies/config_dump";
    private static final String INFO = "proxies/server_info";

    private final Surroundings surroundings;
    private final ProxySightings sightings;
    private final DumpBudget budget;
    private final EnvoyAdmin envoy;
    private final PageReader reader;
    private final ProxyKeys keys;
    private final Interest interest;
    private final DumpQueue queue;
    private final Sample dumps = new Sample(DUMP);
    private final Sample infos = new Sample(INFO);
    private Instant notBefore = Instant.MIN;

    /** @param budget shared with everything else that reads dumps */
    public EnvoyRound(Surroundings surroundings, EnvoySettings settings, ProxySightings sightings, DumpBudget budget) {
        this.surroundings = surroundings;
        this.sightings = sightings;
        this.budget = budget;
        this.envoy = new EnvoyAdmin(surroundings.access());
        this.reader = new PageReader(budget, settings.maxDumpBytes());
        this.keys = new ProxyKeys(surroundings.origin());
        this.interest = new Interest(settings);
        this.queue = new DumpQueue(settings);
    }

    @Override
    public void run() throws InterruptedException {
        if (budget.nothing()) {
            surroundings.book().gone(key -> keys.proxy(key).isPresent());
            surroundings.board().disabled(DUMP, "the budget of Envoy dumps is 0");
            surroundings.board().disabled(INFO, "the budget of Envoy dumps is 0");
            return;
        }
        sweep();
        Map<ProxyName, Pod> pods = surroundings.pods().proxies().stream()
                .filter(Interest::reachable)
                .collect(Collectors.toMap(Interest::name, Function.identity(), (a, b) -> a));
        dumps.retain(pods.keySet());
        infos.retain(pods.keySet());
        List<Candidate> candidates = interest.candidates(List.copyOf(pods.values()), sightings.all(), now());
        account(pods.size());
        while (!now().isBefore(notBefore)) {
            Optional<Candidate> next = queue.next(candidates, now());
            if (next.isEmpty() || !budget.take()) {
                return;
            }
            dump(pods.get(next.get().proxy()), next.get());
            account(pods.size());
        }
    }

    /** Pods that are gone, or have done their work, have no proxy any more: also those that vanished while nobody looked. */
    private void sweep() {
        if (surroundings.pods().complete()) {
            Set<ProxyName> present =
                    surroundings.pods().proxies().stream().map(Interest::name).collect(Collectors.toSet());
            surroundings.book().gone(key -> keys.proxy(key)
                    .filter(p -> !present.contains(p))
                    .isPresent());
        }
    }

    private void dump(Pod pod, Candidate candidate) throws InterruptedException {
        ProxyName proxy = candidate.proxy();
        ProxyPages pages = new ProxyPages(proxy);
        PageReader.Result dump = reader.read(() -> envoy.get(pod, "/config_dump?include_eds"), pages::readConfigDump);
        dumps.tried(proxy, dump, now());
        if (!dump.whole() && !dump.cut()) {
            infos.tried(proxy, dump, now());
            queue.failed(candidate, now());
            if (dump.retryAfter() != null) {
                notBefore = now().plus(dump.retryAfter());
            }
            return;
        }
        infos.tried(proxy, reader.read(() -> envoy.get(pod, "/server_info"), pages::readServerInfo), now());
        queue.dumped(candidate, now());
        if (dump.cut()) {
            reader.read(() -> envoy.get(pod, "/config_dump?mask=dynamic_active_secrets"), pages::readSecrets);
        }
        Origin origin =
                surroundings.origin().now("proxy/" + proxy.namespace() + "/" + proxy.name(), "envoy:/config_dump");
        Book.Look look = surroundings.book().look(keys.dump(proxy));
        pages.publish(origin, look);
        if (dump.whole()) {
            look.complete();
        }
    }

    private void account(int present) {
        surroundings.board().tell(dumps.coverage(present, now()));
        surroundings.board().tell(infos.coverage(present, now()));
    }

    private Instant now() {
        return surroundings.origin().clock().instant();
    }
}
