package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.schema.FactKind;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/** Which facts join an object that changed: what has to be made anew, and no more. */
final class Changes {
    /** What facts of the whole cluster share; when it changes, all of them change. */
    record Common(String network, boolean podsSeen, boolean cniInstalled) {}

    private final Inventory cluster;
    private Set<Subject> subjects = new LinkedHashSet<>(Set.of(Subject.CLUSTER));

    Changes(Inventory cluster) {
        this.cluster = cluster;
    }

    /** What changed since this was asked before. */
    Set<Subject> take() {
        Set<Subject> taken = subjects;
        subjects = new LinkedHashSet<>();
        return taken;
    }

    /** A pod was seen, or is gone; this is what it was before, or is now. */
    void pod(Pod pod) {
        if (pod == null) {
            return;
        }
        subjects.add(Subject.of(FactKind.WORKLOAD, pod.key()));
        subjects.add(Subject.ofNamespace(pod.namespace()));
        cluster.servicesOf(pod.key()).forEach(key -> subjects.add(Subject.of(FactKind.SERVICE_ENDPOINTS, key)));
        if (pod.stateful()) {
            cluster.selectors().stream()
                    .filter(selector -> selector.selects(pod))
                    .forEach(this::selector);
        }
        if (pod.agent() && pod.node() != null) {
            subjects.add(Subject.ofNode(pod.node()));
        }
        if (pod.istiod()) {
            cluster();
        }
    }

    /** A Service, or a slice of it. */
    void service(String key) {
        subjects.add(Subject.of(FactKind.SERVICE_ENDPOINTS, key));
        subjects.add(Subject.of(FactKind.GATEWAY, key));
    }

    /** A ServiceEntry that selects pods, or one of these. */
    void selector(PodSelector selector) {
        SelectedPodNames.subjects(selector).forEach(subjects::add);
    }

    /** Injection of pods is asked for by their namespace. */
    void namespace(String name) {
        subjects.add(Subject.ofNamespace(name));
        cluster.podsIn(name).forEach(pod -> subjects.add(Subject.of(FactKind.WORKLOAD, pod.key())));
    }

    void node(String name) {
        subjects.add(Subject.ofNode(name));
        cluster.gateways()
                .filter(Service::nodePortGateway)
                .forEach(gateway -> subjects.add(Subject.of(FactKind.GATEWAY, gateway.key())));
        cluster();
    }

    void cluster() {
        subjects.add(Subject.CLUSTER);
    }

    void common(Common before, Common after) {
        if (before.equals(after)) {
            return;
        }
        cluster();
        if (before.cniInstalled() != after.cniInstalled()) {
            cluster.nodes().forEach(node -> subjects.add(Subject.ofNode(node.name())));
        }
        if (before.podsSeen() != after.podsSeen() || !Objects.equals(before.network(), after.network())) {
            cluster.services().forEach(service -> subjects.add(Subject.of(FactKind.SERVICE_ENDPOINTS, service.key())));
        }
    }
}
