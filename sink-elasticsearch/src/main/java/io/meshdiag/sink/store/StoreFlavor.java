package io.meshdiag.sink.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Which product answers, and what it can do: found by asking, because versions and distributions differ in what they carry.
 *
 * @param version as the server says it; empty when it does not
 */
public record StoreFlavor(Product product, String version, Set<Feature> features) {
    /** The two families. */
    public enum Product {
        ELASTICSEARCH,
        OPENSEARCH
    }

    /** What is used where it is there and done without where it is not. */
    public enum Feature {
        /** Elasticsearch's index lifecycle management. */
        ILM,
        /** OpenSearch's index state management. */
        ISM
    }

    /**
     * Asks the server.
     *
     * @throws IOException when no node answers, or one refuses us
     */
    public static StoreFlavor ask(Store store) throws IOException {
        StoreResponse root = store.request("GET", "/", null);
        if (root.status() == 401 || root.status() == 403) {
            throw new IOException("the store refuses our credentials for GET / with status " + root.status()
                    + "; check MESHDIAG_STORE_API_KEY or MESHDIAG_STORE_USER, and that it may 'monitor' the cluster");
        }
        if (root.status() >= 500 || root.status() == 429) {
            throw new IOException("the store is not ready: GET / answered with status " + root.status());
        }
        JsonNode version = root.json().path("version");
        String number = version.path("number").asText("");
        boolean openSearch = version.path("distribution").asText("").equals("opensearch");
        if (number.isEmpty()) {
            // Elasticsearch without its module rest-root (and some proxies) have no root page.
            number = versionOfNode(store);
        }
        if (number.isEmpty() && root.product().isEmpty()) {
            throw new IOException(
                    "neither GET / (status " + root.status()
                            + ") nor GET /_nodes names a version; MESHDIAG_STORE_HOSTS must lead to Elasticsearch or OpenSearch");
        }
        Product product = openSearch ? Product.OPENSEARCH : Product.ELASTICSEARCH;
        return new StoreFlavor(product, number, features(store, product));
    }

    private static String versionOfNode(Store store) throws IOException {
        JsonNode nodes = store.request("GET", "/_nodes/_local?filter_path=nodes.*.version", null)
                .json()
                .path("nodes");
        Iterator<JsonNode> all = nodes.elements();
        return all.hasNext() ? all.next().path("version").asText("") : "";
    }

    private static Set<Feature> features(Store store, Product product) throws IOException {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        if (product == Product.ELASTICSEARCH
                && store.request("GET", "/_ilm/status", null).ok()) {
            features.add(Feature.ILM);
        }
        if (product == Product.OPENSEARCH
                && store.request("GET", "/_plugins/_ism/policies", null).ok()) {
            features.add(Feature.ISM);
        }
        return features;
    }

    /** True when the server has it. */
    public boolean has(Feature feature) {
        return features.contains(feature);
    }
}
