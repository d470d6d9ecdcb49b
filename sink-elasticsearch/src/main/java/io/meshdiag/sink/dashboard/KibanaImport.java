package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.schema.Printable;
import io.meshdiag.sink.config.StoreConfig;
import io.meshdiag.sink.store.Store;
import io.meshdiag.sink.store.StoreResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;

/**
 * Puts saved objects into Kibana by its import API ({@code POST /api/saved_objects/_import?overwrite=true}), with the store's credentials and authorities:
 * Kibana accepts Elasticsearch's. Objects that are there already are replaced; doing it again changes nothing.
 */
public final class KibanaImport {
    private static final String BOUNDARY = "meshdiag-saved-objects";
    private static final int LONGEST_REASON = 300;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final URI kibana;
    private final StoreConfig access;

    /**
     * @param kibana such as {@code https://kibana:5601}, with Kibana's base path and {@code /s/<space>} where these are used
     * @param access credentials and TLS; its hosts are not used
     * @throws IllegalArgumentException when the address is none, or credentials would go over plain HTTP
     */
    public KibanaImport(URI kibana, StoreConfig access) {
        if (kibana.getHost() == null || !Set.of("http", "https").contains(String.valueOf(kibana.getScheme()))) {
            throw new IllegalArgumentException(
                    "Kibana's address is '" + Printable.shorten(kibana.toString(), 200) + "'; write https://host:port");
        }
        if (kibana.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "Kibana's address carries credentials; set MESHDIAG_STORE_API_KEY, or MESHDIAG_STORE_USER and MESHDIAG_STORE_PASSWORD");
        }
        boolean inTheClear = kibana.getScheme().equals("http") && !LOOPBACK.contains(kibana.getHost());
        if (inTheClear && access.authenticates() && !access.insecure()) {
            throw new IllegalArgumentException(
                    "the credentials would go to Kibana over plain HTTP; write https://, or set MESHDIAG_STORE_INSECURE=true to accept that");
        }
        this.kibana = kibana;
        this.access = access;
    }

    /**
     * Imports all of them.
     *
     * @param ndjson one saved object a line
     * @return how many objects Kibana took
     * @throws IOException when Kibana cannot be reached, or takes only some; the message says which not, and why
     */
    public int run(String ndjson) throws IOException {
        Request request = new Request("POST", basePath() + "/api/saved_objects/_import");
        request.addParameter("overwrite", "true");
        // Kibana refuses what a browser could be tricked into sending: without this header it answers 400.
        request.setOptions(RequestOptions.DEFAULT.toBuilder().addHeader("kbn-xsrf", "meshdiag"));
        request.setEntity(new NByteArrayEntity(
                multipart(ndjson).getBytes(StandardCharsets.UTF_8),
                ContentType.parse("multipart/form-data; boundary=" + BOUNDARY)));
        StoreConfig there = new StoreConfig(
                List.of(kibana), access.apiKey(), access.user(), access.password(), access.caFile(), access.insecure());
        StoreResponse answer;
        try (Store client = new Store(there)) {
            answer = client.send(request);
        } catch (IOException e) {
            throw new IOException("Kibana at " + kibana + " does not answer: " + e.getMessage(), e);
        }
        return taken(answer);
    }

    private int taken(StoreResponse answer) throws IOException {
        JsonNode json = answer.json();
        if (answer.status() == 401 || answer.status() == 403) {
            throw new IOException("Kibana refuses our credentials (status " + answer.status()
                    + "); they need the Kibana privilege 'Saved Objects Management: all' in the space");
        }
        if (!answer.ok() || !json.has("successCount")) {
            throw new IOException("Kibana at " + kibana + " did not import: status " + answer.status() + " "
                    + shown(json.path("message")
                            .asText("without a reason; is there Kibana at this address and path?")));
        }
        int taken = json.path("successCount").asInt();
        if (!json.path("success").asBoolean()) {
            List<String> refused = new ArrayList<>();
            for (JsonNode error : json.path("errors")) {
                refused.add(shown(
                        error.path("type").asText() + " " + error.path("id").asText() + ": "
                                + error.at("/error/type").asText() + " "
                                + error.at("/error/message").asText()));
            }
            throw new IOException(
                    "Kibana took " + taken + " saved objects and refused " + refused.size() + ": " + refused);
        }
        return taken;
    }

    private String basePath() {
        String path = kibana.getPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String multipart(String ndjson) {
        return "--" + BOUNDARY + "\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"meshdiag.ndjson\"\r\n"
                + "Content-Type: application/ndjson\r\n\r\n"
                + ndjson + "\r\n--" + BOUNDARY + "--\r\n";
    }

    private static String shown(String text) {
        return Printable.shorten(text, LONGEST_REASON).strip();
    }
}
