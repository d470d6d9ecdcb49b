package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ResolvedGateway;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code /debug/networkz} (1.10: a map by network; later a flat array; null when multi-network is off) → NetworkGateways. */
public final class NetworkzPage implements PageParser {
    private static final Comparator<ResolvedGateway> ORDER = Comparator.comparing(ResolvedGateway::getNetwork)
            .thenComparing(ResolvedGateway::getClusterId)
            .thenComparing(ResolvedGateway::getAddress)
            .thenComparing(ResolvedGateway::getPort);

    private final IstiodPod istiod;

    public NetworkzPage(IstiodPod istiod) {
        this.istiod = istiod;
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        List<ResolvedGateway> gateways = new ArrayList<>();
        JsonPage.read(page, root -> {
            root.elements(() -> gateways.add(gateway("", root)));
            root.entries(network -> root.elements(() -> gateways.add(gateway(network, root))));
        });
        gateways.sort(ORDER);
        facts.accept(Digests.stamp(NetworkGateways.newBuilder()
                .setHeader(origin.header())
                .setNamespace(istiod.namespace())
                .setIstiod(istiod.name())
                .setGateways(gateways)
                .build()));
    }

    private static ResolvedGateway gateway(String network, JsonCursor json)
            throws IOException, UnreadablePageException {
        ResolvedGateway gateway = new ResolvedGateway(network, "", "", 0, 0);
        json.fields(key -> {
            switch (key) {
                case "network" -> gateway.setNetwork(json.textOrEmpty());
                case "cluster" -> gateway.setClusterId(json.textOrEmpty());
                case "addr" -> gateway.setAddress(json.textOrEmpty());
                case "port" -> gateway.setPort((int) json.number(0));
                case "hboneport" -> gateway.setHbonePort((int) json.number(0));
                default -> {}
            }
        });
        return gateway;
    }
}
