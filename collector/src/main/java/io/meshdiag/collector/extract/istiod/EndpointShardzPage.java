package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import java.io.IOException;
import java.io.InputStream;

/**
 * {@code /debug/endpointShardz} (and {@code /debug/endpointz}, its alias since Istio 1.20, with an own format before) → EndpointShards per service.
 * Where both pages were collected, read endpointShardz alone: they give facts under the same keys.
 */
public final class EndpointShardzPage implements PageParser {
    private final IstiodPod istiod;
    private final EndpointReader endpoints;

    /** @param istioVersion of the istiod, for example "1.17.8"; null when unknown. Before 1.18 health was numbered from 0. */
    public EndpointShardzPage(IstiodPod istiod, String istioVersion) {
        this.istiod = istiod;
        this.endpoints = new EndpointReader(istioVersion);
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        JsonPage.read(page, root -> {
            root.entries(host -> root.entries(namespace -> {
                ShardCounter service = new ShardCounter(namespace, host);
                root.fields(key -> {
                    if (key.equals("shards")) {
                        root.entries(shard ->
                                root.elements(() -> endpoints.read(root).count(service.shard(shard))));
                    }
                });
                facts.accept(service.fact(origin, istiod));
            }));
            if (root.isArray()) {
                oldEndpointz(root, origin, facts);
            }
        });
    }

    /** Istio ≤1.19: {@code [{"svc":"host:portname","ep":[{"service","servicePort","endpoint"}]}]}, one entry per port, ports of a host together. */
    private void oldEndpointz(JsonCursor root, Origin origin, FactSink facts)
            throws IOException, UnreadablePageException {
        ShardCounter[] current = {null};
        root.elements(() -> {
            String[] host = {""};
            root.fields(key -> {
                if (key.equals("svc")) {
                    host[0] = hostOf(root.textOrEmpty());
                } else if (key.equals("ep")) {
                    root.elements(() -> current[0] = oldEndpoint(root, host[0], current[0], origin, facts));
                }
            });
        });
        if (current[0] != null) {
            facts.accept(current[0].fact(origin, istiod));
        }
    }

    private ShardCounter oldEndpoint(JsonCursor json, String host, ShardCounter current, Origin origin, FactSink facts)
            throws IOException, UnreadablePageException {
        EndpointReader.Endpoint[] endpoint = {null};
        String[] service = {"", "Kubernetes", "", ""};
        json.fields(key -> {
            switch (key) {
                case "endpoint" -> endpoint[0] = endpoints.read(json);
                case "service" ->
                    json.fields(inner -> {
                        if (inner.equals("attributes")) {
                            attributes(json, service);
                        } else if (inner.equals("hostname")) {
                            service[2] = json.textOrEmpty();
                        }
                    });
                case "serviceport" ->
                    json.fields(inner -> {
                        if (inner.equals("name")) {
                            service[3] = json.textOrEmpty();
                        }
                    });
                default -> {}
            }
        });
        if (endpoint[0] == null) {
            return current;
        }
        String hostname = host.isEmpty() ? service[2] : host;
        ShardCounter counter = current;
        if (counter == null || !counter.isOf(service[0], hostname)) {
            if (counter != null) {
                facts.accept(counter.fact(origin, istiod));
            }
            counter = new ShardCounter(service[0], hostname);
        }
        endpoint[0].onPort(service[3]).count(counter.shard(service[1] + "/" + endpoint[0].clusterId()));
        return counter;
    }

    private static void attributes(JsonCursor json, String[] service) throws IOException, UnreadablePageException {
        json.fields(key -> {
            if (key.equals("namespace")) {
                service[0] = json.textOrEmpty();
            } else if (key.equals("serviceregistry") && json.text() != null) {
                service[1] = json.text();
            }
        });
    }

    private static String hostOf(String svc) {
        int colon = svc.lastIndexOf(':');
        return colon < 0 ? svc : svc.substring(0, colon);
    }
}
