package io.meshdiag.collector.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.cluster.objects.IdentityFinder;
import io.meshdiag.collector.cluster.objects.UnknownIdentityException;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.collector.publish.Outbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the facts of one cluster true: finds out which cluster it is, and looks at it as that until it turns out to be another (istiod was installed
 * anew with another id), whose facts then take the place of the former's.
 */
public final class ClusterCollector implements ContextCollector {
    private static final Logger LOGGER = LoggerFactory.getLogger(ClusterCollector.class);
    private static final Duration IDENTITY = Duration.ofMinutes(5);

    private final ClusterTarget target;
    private final Shared shared;
    private final KubernetesClient client;
    private final IdentityFinder finder;
    private final Set<String> formerNames = new HashSet<>();
    private volatile ClusterOrigin origin;
    private volatile Lookers lookers;
    private Rounds identity;

    /** Does not connect yet. */
    public ClusterCollector(ClusterTarget target, Shared shared) {
        this.target = target;
        this.shared = shared;
        this.client = Clients.of(target.client(), ArchiveCollector.version());
        this.finder = new IdentityFinder(client, shared.config().identitySettings(), InstantSource.system());
    }

    @Override
    public void start() throws UnknownIdentityException {
        begin(finder.find());
        identity = new Rounds(target.name() + "-identity", IDENTITY, this::checkIdentity).start();
    }

    private synchronized void begin(ClusterOrigin found) {
        LOGGER.atInfo()
                .addKeyValue("context", target.name())
                .addKeyValue("mesh", found.meshId())
                .addKeyValue("cluster", found.clusterId())
                .addKeyValue("uid", found.clusterUid())
                .log("collects from a cluster");
        origin = found;
        lookers = new Lookers(target, client, found, Set.copyOf(formerNames), shared);
        lookers.start();
    }

    private void checkIdentity() throws UnknownIdentityException {
        Optional<ClusterOrigin> another = finder.changed(origin);
        if (another.isPresent()) {
            // What was told under the former name is inherited by its uid, and taken back.
            lookers.close();
            formerNames.add(origin.clusterKey());
            begin(another.get());
        }
    }

    @Override
    public void once() throws Exception {
        origin = finder.find();
        lookers = new Lookers(target, client, origin, Set.of(), shared);
        lookers.once();
        shared.publisher().flush();
    }

    @Override
    public String unready() {
        Lookers now = lookers;
        Duration lag = shared.kafka().map(Outbox::lag).orElse(Duration.ZERO);
        if (lag.compareTo(shared.config().kafka().unreadyAfter()) > 0) {
            return "facts wait for Kafka since " + lag.toSeconds() + " s";
        }
        return now == null ? "not started yet" : now.unready();
    }

    @Override
    public void close() {
        if (identity != null) {
            identity.close();
        }
        synchronized (this) {
            if (lookers != null) {
                lookers.close();
            }
        }
        client.close();
    }
}
