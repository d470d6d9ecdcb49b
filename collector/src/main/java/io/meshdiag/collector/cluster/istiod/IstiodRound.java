package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Asks every istiod replica of every revision for its pages, one replica and one page at a time: each replica knows its own proxies only. A page
 * that fails costs its own facts, a replica that fails is left alone for a while.
 */
public final class IstiodRound implements Rounds.Task {
    private final Surroundings cluster;
    private final IstiodSettings settings;
    private final Consumer<MeshConfig> meshConfig;
    private final SeenProxies proxies;
    private final Waits waits = new Waits();
    private final PageLook look;
    private final Map<IstiodPod, Replica> replicas = new HashMap<>();
    private boolean asked;
    private MeshConfig told;

    /** @param meshConfig is told the effective mesh config when it is first read and when it changed */
    public IstiodRound(Surroundings cluster, IstiodSettings settings, Consumer<MeshConfig> meshConfig) {
        this.cluster = cluster;
        this.settings = settings;
        this.meshConfig = meshConfig;
        this.proxies = new SeenProxies(cluster.origin().clusterId());
        this.look = new PageLook(cluster, proxies, waits);
    }

    /** Names in the coverage. */
    public static List<String> sources() {
        return Arrays.stream(IstiodPage.values()).map(IstiodPage::source).toList();
    }

    /** Facts that nothing else shows. */
    public static Set<FactKind> kinds() {
        return Arrays.stream(IstiodPage.values())
                .map(IstiodPage::kind)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** This cluster's proxies as the last rounds saw them. */
    public ProxySightings sightings() {
        return proxies;
    }

    /** Reads what is due. */
    @Override
    public void run() throws InterruptedException {
        Instant began = now();
        List<Pod> pods = cluster.pods().istiods();
        List<IstiodPod> names = pods.stream().map(IstiodRound::name).toList();
        replicas.keySet().retainAll(names);
        proxies.retain(names);
        waits.retain(names);
        for (IstiodPage page : IstiodPage.values()) {
            cluster.board()
                    .expect(page.source(), names.stream().map(IstiodRound::part).toList());
        }
        // Collectors of a fleet, and replicas of one cluster, must not be asked in step.
        List<Pod> order = new ArrayList<>(pods);
        Collections.shuffle(order);
        for (Pod pod : order) {
            Replica replica = replicas.computeIfAbsent(name(pod), name -> new Replica(name, settings));
            List<IstiodPage> due = replica.due(now());
            if (!due.isEmpty()) {
                pause();
                ask(pod, replica, due);
            }
        }
        proxies.ended(began, names);
        tellMeshConfig(names);
        asked = true;
    }

    /** Not in the first round, which is to be quick. */
    private void pause() throws InterruptedException {
        if (asked && !settings.spread().isZero()) {
            TimeUnit.MILLISECONDS.sleep(
                    ThreadLocalRandom.current().nextLong(settings.spread().toMillis() + 1));
        }
    }

    private void ask(Pod pod, Replica replica, List<IstiodPage> due) throws InterruptedException {
        PageException forbidden = null;
        for (IstiodPage page : due) {
            if (forbidden != null && page.debug()) {
                // The answer would be the same, and istiod logs each refusal.
                fail(page, replica, forbidden.state(), forbidden.getMessage());
                continue;
            }
            try {
                look.read(pod, replica, page);
                replica.read(page, now());
                cluster.board().read(page.source(), part(replica.pod()), now());
            } catch (PageException e) {
                fail(page, replica, e.state(), e.getMessage());
                if (e.state() == SourceState.FORBIDDEN && page.debug()) {
                    forbidden = e;
                } else if (e.state() == SourceState.UNREACHABLE) {
                    unreachable(replica, due, page, e);
                    return;
                } else {
                    replica.missing(page, now());
                }
            } catch (UnreadablePageException e) {
                fail(page, replica, SourceState.UNREADABLE, e.getMessage());
                replica.failed(page, now());
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                fail(page, replica, SourceState.UNREACHABLE, e.getMessage());
                replica.failed(page, now());
            }
        }
        if (forbidden != null) {
            replica.failed(now(), forbidden.retryAfter());
        } else {
            replica.answered();
        }
    }

    /** Other pages would not be reached either, each after a time limit of its own. */
    private void unreachable(Replica replica, List<IstiodPage> due, IstiodPage failed, PageException e) {
        due.stream()
                .filter(page -> page.compareTo(failed) > 0)
                .forEach(page -> fail(page, replica, e.state(), e.getMessage()));
        replica.failed(now(), e.retryAfter());
    }

    private void fail(IstiodPage page, Replica replica, SourceState state, String detail) {
        cluster.board().failed(page.source(), part(replica.pod()), state, detail);
    }

    /** Revisions may differ: the first replica that has one speaks for the cluster, so that it does not change from round to round. */
    private void tellMeshConfig(List<IstiodPod> names) {
        names.stream()
                .map(name -> replicas.get(name).mesh())
                .filter(Objects::nonNull)
                .findFirst()
                .filter(config -> !config.equals(told))
                .ifPresent(config -> {
                    told = config;
                    meshConfig.accept(config);
                });
    }

    private Instant now() {
        return cluster.origin().clock().instant();
    }

    private static IstiodPod name(Pod pod) {
        return new IstiodPod(pod.namespace(), pod.name());
    }

    private static String part(IstiodPod istiod) {
        return istiod.namespace() + "/" + istiod.name();
    }
}
