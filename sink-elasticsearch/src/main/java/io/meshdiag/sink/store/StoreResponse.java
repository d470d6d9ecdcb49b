package io.meshdiag.sink.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;

/** What a store answered, whatever the status. */
public final class StoreResponse {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final byte[] body;
    private final String product;

    /** @param product header {@code X-elastic-product}; empty when there is none */
    public StoreResponse(int status, byte[] body, String product) {
        this.status = status;
        this.body = body;
        this.product = product;
    }

    public int status() {
        return status;
    }

    String product() {
        return product;
    }

    /** 2xx. */
    public boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The body, or a missing node when it is not JSON: something between us and the store has answered. */
    public JsonNode json() {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    /** {@code error.type} of a refusal, empty when the store gave none. */
    public String errorType() {
        return json().at("/error/type").asText("");
    }
}
