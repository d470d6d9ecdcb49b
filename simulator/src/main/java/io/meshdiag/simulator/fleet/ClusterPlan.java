package io.meshdiag.simulator.fleet;

import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.ServiceSpec;
import io.meshdiag.simulator.scenario.VmSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lays out one healthy cluster: nodes, control plane, services with their pods, VMs. */
final class ClusterPlan {
    private static final String ISTIO = "istio-system";

    private final Fleet fleet;
    private final ClusterSpec spec;
    private final Cluster cluster;
    private int addresses = 10;

    ClusterPlan(Fleet fleet, ClusterSpec spec, int index) {
        this.fleet = fleet;
        this.spec = spec;
        var intermediate = fleet.root()
                .intermediate(
                        "O=" + fleet.settings().mesh() + ",CN=Intermediate CA,L=" + spec.id(),
                        fleet.settings().time().minus(Duration.ofDays(100)),
                        Duration.ofDays(730),
                        fleet.settings().seed() + "/" + spec.id());
        this.cluster = new Cluster(
                spec,
                index,
                fleet.names().uuid(spec.id(), "kube-system"),
                fleet.settings().addressing().apiServer(index),
                fleet.settings().istioVersion(),
                intermediate);
    }

    Cluster lay(List<ServiceSpec> services) {
        nodes();
        namespaces(services);
        PodMaker pods = new PodMaker(fleet, cluster);
        system(pods);
        for (String revision : spec.revisions()) {
            istiod(pods, revision);
        }
        for (ServiceSpec service : services) {
            if (service.isIn(spec.id())) {
                app(pods, service);
            }
        }
        vms();
        return cluster;
    }

    private void nodes() {
        for (int i = 0; i < spec.nodes(); i++) {
            String zone = spec.zones().get(i % spec.zones().size());
            String name = "ip-192-168-" + cluster.index() + "-" + (10 + i) + "." + spec.region() + ".compute.internal";
            String ip = fleet.settings().addressing().node(cluster.index(), i);
            cluster.nodes()
                    .add(new Node(name, ip, spec.region(), zone, "10." + (10 + cluster.index()) + "." + i + ".0/24"));
        }
    }

    private void namespaces(List<ServiceSpec> services) {
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease", ISTIO)) {
            cluster.namespaces().put(name, "");
        }
        List<String> apps = new ArrayList<>(services.stream()
                .filter(service -> service.isIn(spec.id()))
                .map(ServiceSpec::namespace)
                .toList());
        spec.vms().forEach(vm -> apps.add(vm.namespace()));
        for (String name : apps.stream().distinct().toList()) {
            cluster.namespaces()
                    .put(
                            name,
                            spec.revisions()
                                    .get(cluster.namespaces().size()
                                            % spec.revisions().size()));
        }
    }

    private void system(PodMaker pods) {
        service("default", "kubernetes", "", List.of(new Port("https", 443, 6443)), Map.of("component", "apiserver"));
        pods.deployment(Pod.Role.SYSTEM, "kube-system", "coredns", "kube-dns", "coredns", 2, "");
        service(
                "kube-system",
                "kube-dns",
                "kube-dns",
                List.of(new Port("dns-tcp", 53, 53), new Port("metrics", 9153, 9153)),
                Map.of("k8s-app", "kube-dns"));
        pods.daemonSet(Pod.Role.CNI, ISTIO, "istio-cni-node", "istio-cni");
    }

    private void istiod(PodMaker pods, String revision) {
        String name = Revisions.named("istiod", revision);
        pods.deployment(Pod.Role.ISTIOD, ISTIO, name, name, name, spec.istiods(), revision);
        service(
                ISTIO,
                name,
                name,
                List.of(
                        new Port("grpc-xds", 15010, 15010),
                        new Port("https-dns", 15012, 15012),
                        new Port("https-webhook", 443, 15017),
                        new Port("http-monitoring", 15014, 15014)),
                Map.of("app", "istiod", "istio", "pilot", "istio.io/rev", revision));
    }

    private void app(PodMaker pods, ServiceSpec service) {
        String revision = service.sidecar() ? cluster.namespaces().get(service.namespace()) : "";
        pods.deployment(
                Pod.Role.APP,
                service.namespace(),
                service.name(),
                service.name(),
                service.name(),
                service.replicas(),
                revision);
        List<Port> ports = new ArrayList<>();
        for (int port : service.ports()) {
            ports.add(new Port(ports.isEmpty() ? "http" : "http-" + port, port, port));
        }
        Map<String, String> labels = Map.of("app", service.name());
        String address = service.headless() ? "None" : nextAddress();
        cluster.services()
                .put(
                        service.namespace() + "/" + service.name(),
                        new Service(
                                service.namespace(),
                                service.name(),
                                address,
                                service.headless(),
                                ports,
                                service.name(),
                                labels,
                                ""));
    }

    private void vms() {
        int number = 0;
        for (VmSpec vms : spec.vms()) {
            for (int i = 1; i <= vms.count(); i++) {
                String ip = "10.240." + cluster.index() + "." + (10 + number++);
                cluster.vms().add(new Vm(vms.namespace(), vms.group(), vms.group() + "-" + i, ip, spec.network()));
            }
        }
    }

    private void service(String namespace, String name, String app, List<Port> ports, Map<String, String> labels) {
        cluster.services()
                .put(
                        namespace + "/" + name,
                        new Service(namespace, name, nextAddress(), false, ports, app, labels, ""));
    }

    private String nextAddress() {
        int number = addresses++;
        return "172.20." + number / 250 + "." + (number % 250 + 1);
    }
}
