package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The mesh is moved to a new root. In the right order it is first trusted everywhere beside the old one, then signed with, and the old one is dropped
 * last. A proxy keeps the roots that it had when it got its certificate.
 *
 * @param both clusters that trust both roots
 * @param onlyNew clusters that trust the new one only; the others trust the old one only
 * @param signing clusters whose istiod signs with the new one
 * @param share of their proxies that have a new certificate since
 */
record RootRotation(List<String> both, List<String> onlyNew, List<String> signing, double share) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new RootRotation(
                fields.texts("both", List.of()),
                fields.texts("only-new", List.of()),
                fields.texts("signing", List.of()),
                fields.share("share", 1));
    }

    @Override
    public List<String> clusters() {
        return Stream.of(both, onlyNew, signing)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return both.stream()
                .filter(onlyNew::contains)
                .map(id -> id + " cannot trust both roots and only the new one")
                .toList();
    }

    @Override
    public void applyTo(Fleet fleet) {
        Instant made = fleet.settings().time().minus(Duration.ofDays(2));
        Authority next = Authority.root(
                "O=" + fleet.settings().mesh() + ",CN=Root CA 2",
                made,
                Duration.ofDays(3650),
                fleet.settings().seed() + "/root-2");
        both.forEach(
                id -> fleet.cluster(id).trust().handOut(List.of(fleet.root().root(), next.root())));
        for (String id : signing) {
            Cluster cluster = fleet.cluster(id);
            var bundle = cluster.trust().bundle();
            List<Proxy> all = cluster.proxies();
            all.subList((int) Math.round(all.size() * share), all.size()).forEach(cluster.trust()::leaveBehind);
            cluster.signWith(next.intermediate(
                    "O=" + fleet.settings().mesh() + ",CN=Intermediate CA 2,L=" + id,
                    made,
                    Duration.ofDays(730),
                    fleet.settings().seed() + "/2/" + id));
            cluster.trust().handOut(bundle);
        }
        onlyNew.forEach(id -> fleet.cluster(id).trust().handOut(List.of(next.root())));
    }
}
