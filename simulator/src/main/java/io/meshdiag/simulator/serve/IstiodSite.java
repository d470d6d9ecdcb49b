package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.artifact.istiod.ClusterzPage;
import io.meshdiag.simulator.artifact.istiod.ConfigzPage;
import io.meshdiag.simulator.artifact.istiod.ConnectionsPage;
import io.meshdiag.simulator.artifact.istiod.EndpointShardzPage;
import io.meshdiag.simulator.artifact.istiod.GeneratedConfig;
import io.meshdiag.simulator.artifact.istiod.IstiodMetrics;
import io.meshdiag.simulator.artifact.istiod.MeshPage;
import io.meshdiag.simulator.artifact.istiod.NetworkzPage;
import io.meshdiag.simulator.artifact.istiod.RegistryzPage;
import io.meshdiag.simulator.artifact.istiod.SynczPage;
import io.meshdiag.simulator.fleet.Istiod;
import java.io.IOException;
import java.util.Map;

/** Port 15014 of an istiod replica. */
record IstiodSite(Istiod istiod) implements Site {
    @Override
    public byte[] page(String pathAndQuery) throws IOException {
        Request request = Request.of(pathAndQuery);
        String name = request.path().substring(1);
        if (istiod.cluster().missingPages().stream().anyMatch(name::startsWith)) {
            return null;
        }
        Artifact page = artifact(request);
        return page == null ? null : Pages.bytes(page);
    }

    private Artifact artifact(Request request) {
        return switch (request.path()) {
            case "/debug/syncz" -> new SynczPage(istiod);
            case "/debug/clusterz" -> new ClusterzPage(istiod);
            case "/debug/networkz" -> new NetworkzPage(istiod);
            case "/debug/endpointShardz", "/debug/endpointz" -> new EndpointShardzPage(istiod);
            case "/debug/registryz" -> new RegistryzPage(istiod);
            case "/debug/mesh" -> new MeshPage(istiod);
            case "/debug/configz" -> new ConfigzPage(istiod);
            case "/debug/connections" -> new ConnectionsPage(istiod);
            case "/debug/config_dump" -> generated(request);
            case "/metrics" -> new IstiodMetrics(istiod);
            default -> null;
        };
    }

    /** istiod takes the first connection whose id contains what it is asked for. */
    private Artifact generated(Request request) {
        String id = request.value("proxyID");
        return ConnectionsPage.connections(istiod).entrySet().stream()
                .filter(connection -> !id.isEmpty() && connection.getKey().contains(id))
                .findFirst()
                .map(Map.Entry::getValue)
                .map(proxy -> new ProxyView(istiod.fleet(), istiod.cluster(), proxy, istiod.view()))
                .map(view -> new GeneratedConfig(view, request.has("include_eds")))
                .orElse(null);
    }

    @Override
    public boolean guarded(String request) {
        return request.startsWith("/debug");
    }
}
