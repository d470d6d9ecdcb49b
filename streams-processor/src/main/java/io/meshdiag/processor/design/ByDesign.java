package io.meshdiag.processor.design;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.view.Locality;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Why requests of one cluster are answered by a service's local endpoints only, as far as configuration explains it. Pure. */
public final class ByDesign {
    private ByDesign() {}

    /** All reasons, the strongest first; none: configuration explains nothing. */
    public static List<Reason> whyOnlyLocal(String namespace, String service, Side from, Side to) {
        String name = namespace + "/" + service;
        return Stream.of(
                        absent(name, from, to),
                        clusterLocal(namespace, service, name, from),
                        exportTo(name, from),
                        exportTo(name, to),
                        headless(name, from),
                        withoutProxy(name, from, to),
                        LocalityPreference.of(from, to))
                .flatMap(reasons -> reasons)
                .toList();
    }

    private static Stream<Reason> absent(String name, Side from, Side to) {
        if (to.service().isEmpty()) {
            return Stream.of(new Reason(
                    to.cluster() + " has no Service " + name + ": there is nothing to answer.",
                    "no ServiceEndpoints fact of " + name + " in " + to.cluster()));
        }
        if (to.ready() == 0) {
            return Stream.of(new Reason(
                    name + " has no ready endpoint in " + to.cluster() + ": there is nothing to answer.",
                    "ServiceEndpoints " + name + " in " + to.cluster() + ": 0 ready, "
                            + to.service().orElseThrow().getNotReady() + " not ready"));
        }
        return from.service().isPresent()
                ? Stream.empty()
                : Stream.of(new Reason(
                        from.cluster() + " has no Service " + name
                                + ": its DNS does not know the name, so clients there do not get as far as an endpoint.",
                        "no ServiceEndpoints fact of " + name + " in " + from.cluster()));
    }

    private static Stream<Reason> clusterLocal(String namespace, String service, String name, Side from) {
        ClusterProfile profile = from.profile();
        List<String> istiods = profile.getControlPlanes().stream()
                .map(ControlPlane::getNamespace)
                .toList();
        return new Locality(istiods, profile.getClusterLocalHosts()).keeps(namespace, service)
                ? Stream.of(new Reason(
                        "The mesh config of " + from.cluster() + " keeps " + name
                                + " in the cluster: istiod gives proxies local endpoints only.",
                        "ClusterProfile of " + from.cluster() + ": cluster-local hosts "
                                + (profile.getClusterLocalHosts().isEmpty()
                                        ? "are those of every mesh (kube-system, the API server, istiod)"
                                        : String.join(", ", profile.getClusterLocalHosts()))))
                : Stream.empty();
    }

    private static Stream<Reason> exportTo(String name, Side side) {
        return side.service().stream()
                .filter(service -> !service.getExportTo().isEmpty()
                        && !service.getExportTo().contains("*"))
                .map(service -> new Reason(
                        name + " in " + side.cluster() + " is shown to " + visibleIn(service)
                                + " only: proxies of other namespaces do not get it.",
                        "ServiceEndpoints " + name + " in " + side.cluster()
                                + ": annotation networking.istio.io/exportTo is "
                                + String.join(",", service.getExportTo())));
    }

    private static String visibleIn(ServiceEndpoints service) {
        List<String> namespaces = service.getExportTo().stream()
                .filter(to -> !to.equals("~"))
                .map(to -> to.equals(".") ? service.getNamespace() : to)
                .toList();
        return namespaces.isEmpty() ? "no namespace" : "namespace " + String.join(", ", namespaces);
    }

    private static Stream<Reason> headless(String name, Side from) {
        return from.service().stream()
                .filter(ServiceEndpoints::getHeadless)
                .map(service -> new Reason(
                        name + " is headless: a client asks DNS for the pods themselves, and the DNS of "
                                + from.cluster() + " knows those of its own cluster only.",
                        "ServiceEndpoints " + name + " in " + from.cluster() + ": clusterIP is None"));
    }

    /** Between networks requests pass gateways, which let through mutual TLS only: a pod without a proxy cannot be at the other end. */
    private static Stream<Reason> withoutProxy(String name, Side from, Side to) {
        Optional<String> here = Optional.ofNullable(from.profile().getNetwork());
        Optional<String> there = Optional.ofNullable(to.profile().getNetwork());
        if (here.isEmpty() || there.isEmpty() || here.equals(there)) {
            return Stream.empty();
        }
        return to.service().stream()
                .filter(service -> Objects.nonNull(service.getReadyWithProxy()))
                .filter(service -> service.getReadyWithProxy() < service.getReady())
                .map(service -> new Reason(
                        service.getReady() - service.getReadyWithProxy() + " of " + service.getReady()
                                + " ready endpoints of " + name + " in " + to.cluster()
                                + " have no proxy: they cannot be reached from network " + here.get()
                                + ", because the gateway of "
                                + there.get() + " passes on mutual TLS only.",
                        "ServiceEndpoints " + name + " in " + to.cluster() + ": " + service.getReadyWithProxy()
                                + " ready with a proxy"));
    }
}
