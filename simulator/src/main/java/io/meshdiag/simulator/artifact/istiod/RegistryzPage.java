package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Istiod;
import io.meshdiag.simulator.fleet.IstiodView.MeshService;
import io.meshdiag.simulator.fleet.IstiodView.SelectedHost;
import io.meshdiag.simulator.fleet.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** /debug/registryz: the Services that this istiod knows, and hosts of ServiceEntries; clusterVIPs names the clusters where it sees a Service. */
public final class RegistryzPage extends JsonPage {
    private final Istiod istiod;

    public RegistryzPage(Istiod istiod) {
        super(istiod.folder() + "debug/registryz", false);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (MeshService service : istiod.view().services()) {
            json.writePOJO(entry(service));
        }
        for (SelectedHost host : istiod.view().selectedHosts()) {
            json.writePOJO(external(host));
        }
        json.writeEndArray();
    }

    private static Map<String, Object> external(SelectedHost host) {
        return Tree.of(
                "Attributes",
                Tree.of(
                        "ServiceRegistry",
                        "External",
                        "Name",
                        host.host(),
                        "Namespace",
                        host.namespace(),
                        "ExportTo",
                        null),
                "hostname",
                host.host(),
                "defaultAddress",
                "0.0.0.0",
                "Resolution",
                0,
                "MeshExternal",
                false);
    }

    private Map<String, Object> entry(MeshService mesh) {
        Service service = mesh.any();
        Map<String, Object> vips = new TreeMap<>();
        Map<String, Object> external = new TreeMap<>();
        mesh.byCluster().forEach((cluster, in) -> {
            vips.put(cluster, List.of(in.headless() ? "0.0.0.0" : in.clusterIp()));
            in.externalAddress().ifPresent(ip -> external.put(cluster, List.of(ip)));
        });
        Map<String, Object> attributes = Tree.of(
                "ServiceRegistry",
                "Kubernetes",
                "Name",
                service.name(),
                "Namespace",
                service.namespace(),
                "Labels",
                new TreeMap<>(service.labels()),
                "ExportTo",
                null,
                "LabelSelectors",
                service.app().isEmpty() ? Map.of() : Map.of("app", service.app()),
                "ClusterExternalAddresses",
                external.isEmpty() ? Tree.of() : Tree.of("Addresses", external),
                "Type",
                service.type(),
                "ExternalName",
                "",
                "NodeLocal",
                false,
                "TrafficDistribution",
                0,
                "ObjectName",
                service.name());
        return Tree.of(
                "Attributes",
                attributes,
                "ports",
                service.ports().stream()
                        .map(port -> Tree.of("name", port.name(), "port", port.port(), "protocol", port.protocol()))
                        .toList(),
                "creationTime",
                istiod.settings().time().minus(Duration.ofDays(30)).toString(),
                "hostname",
                service.hostname(),
                "clusterVIPs",
                Tree.of("Addresses", vips),
                "defaultAddress",
                service.headless() ? "0.0.0.0" : service.clusterIp(),
                "Resolution",
                service.headless() ? 2 : 0,
                "MeshExternal",
                false,
                "ResourceVersion",
                "10042");
    }
}
