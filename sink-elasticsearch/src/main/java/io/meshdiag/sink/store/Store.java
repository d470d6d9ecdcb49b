package io.meshdiag.sink.store;

import io.meshdiag.sink.config.StoreConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.BiConsumer;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.message.BasicHeader;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;

/**
 * An Elasticsearch or OpenSearch cluster behind Elastic's low-level client: node pool, fail-over and TLS are its work. It does not ask what product
 * answers, unlike elasticsearch-java. When a node is away or says 502, 503 or 504 it repeats the request at another: our requests may be repeated.
 */
public final class Store implements BulkTransport, AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 60_000;
    // Successful items need nothing but their status; a refused one its error.
    private static final String BULK_FIELDS = "errors,items.*.status,items.*.error.type,items.*.error.reason,error";

    private final RestClient client;

    /** Connects when the first request is made. */
    public Store(StoreConfig config) {
        RestClientBuilder builder = RestClient.builder(config.hosts().stream()
                        .map(host -> HttpHost.create(host.getScheme() + "://" + host.getAuthority()))
                        .toArray(HttpHost[]::new))
                .setRequestConfigCallback(
                        request -> request.setConnectTimeout(CONNECT_MILLIS).setSocketTimeout(ANSWER_MILLIS));
        if (config.authenticates()) {
            builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", authorization(config))});
        }
        StoreTls.of(config).ifPresent(tls -> builder.setHttpClientConfigCallback(tls::apply));
        client = builder.build();
    }

    private static String authorization(StoreConfig config) {
        if (config.apiKey().present()) {
            return "ApiKey " + config.apiKey().value();
        }
        String pair = config.user() + ":" + config.password().value();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void bulk(byte[] body, BiConsumer<StoreResponse, Exception> answer) {
        Request request = new Request("POST", "/_bulk");
        request.addParameter("filter_path", BULK_FIELDS);
        request.setEntity(new NByteArrayEntity(body, ContentType.create("application/x-ndjson")));
        client.performRequestAsync(request, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                complete(answer, response);
            }

            @Override
            public void onFailure(Exception failure) {
                if (failure instanceof ResponseException refused) {
                    complete(answer, refused.getResponse());
                } else {
                    answer.accept(null, failure);
                }
            }
        });
    }

    /**
     * One request with its answer, whatever the status.
     *
     * @param json body, or null
     * @throws IOException when no node answered
     */
    public StoreResponse request(String method, String path, String json) throws IOException {
        Request request = new Request(method, path);
        if (json != null) {
            request.setJsonEntity(json);
        }
        try {
            return read(client.performRequest(request));
        } catch (ResponseException refused) {
            return read(refused.getResponse());
        }
    }

    private static void complete(BiConsumer<StoreResponse, Exception> answer, Response response) {
        StoreResponse read;
        try {
            read = read(response);
        } catch (IOException e) {
            answer.accept(null, e);
            return;
        }
        answer.accept(read, null);
    }

    private static StoreResponse read(Response response) throws IOException {
        byte[] body = response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
        String product = response.getHeader("X-elastic-product");
        return new StoreResponse(response.getStatusLine().getStatusCode(), body, product == null ? "" : product);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
