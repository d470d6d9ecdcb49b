package io.meshdiag.sink.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.store.Store;
import io.meshdiag.sink.store.StoreFlavor;
import io.meshdiag.sink.store.StoreFlavor.Feature;
import io.meshdiag.sink.store.StoreResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs templates, indices behind aliases and retention. Doing it again changes nothing, and brings new fields to indices that are there already.
 *
 * <p>Needs more rights than running does (manage_index_templates, manage_ilm, and manage on our indices): so it can be run apart, with other credentials.
 */
public final class SinkSetup {
    private static final Logger LOGGER = LoggerFactory.getLogger(SinkSetup.class);
    private static final List<String> COMPONENTS = List.of("settings", "common", "findings", "facts");
    private static final List<String> TEMPLATES = List.of("findings", "finding-history", "facts");

    private final Store store;
    private final Indices indices;
    private final int retentionDays;
    private final List<String> facts;

    /** @param index topics (without prefix) that will be indexed: of facts only those get an index */
    public SinkSetup(Store store, Indices indices, int retentionDays, Collection<String> index) {
        this.store = store;
        this.indices = indices;
        this.retentionDays = retentionDays;
        facts = index.stream().filter(Topics.FACTS::contains).toList();
    }

    /**
     * Asks who the store is, then installs.
     *
     * @return who it is
     * @throws IOException when no node answers or one refuses; the message says what was refused and why
     */
    public StoreFlavor run() throws IOException {
        StoreFlavor flavor = StoreFlavor.ask(store);
        LOGGER.atInfo()
                .addKeyValue("product", flavor.product())
                .addKeyValue("version", flavor.version())
                .addKeyValue("features", flavor.features())
                .log("store found");
        Assets assets = new Assets(indices.prefix(), flavor.product());
        String policy = retention(flavor, assets);
        for (String component : COMPONENTS) {
            put("/_component_template/" + indices.prefix() + component, assets.read("component-" + component));
        }
        for (String template : TEMPLATES) {
            ObjectNode body = assets.read("template-" + template);
            if (template.equals("finding-history") && flavor.has(Feature.ILM)) {
                body.withObject("/template/settings").put("index.lifecycle.name", policy);
            }
            put("/_index_template/" + indices.prefix() + template, body);
        }
        install(indices.findings(), assets, "findings");
        for (String topic : facts) {
            install(indices.facts(topic), assets, "facts");
        }
        return flavor;
    }

    private String retention(StoreFlavor flavor, Assets assets) throws IOException {
        String policy = indices.history();
        String age = retentionDays + "d";
        if (flavor.has(Feature.ILM)) {
            ObjectNode body = assets.read("retention-ilm");
            body.withObject("/policy/phases/delete").put("min_age", age);
            put("/_ilm/policy/" + policy, body);
        } else if (flavor.has(Feature.ISM)) {
            ism(policy, age, assets);
        } else {
            LOGGER.atWarn()
                    .addKeyValue("indices", indices.history() + "-*")
                    .addKeyValue("retentionDays", retentionDays)
                    .log(
                            "this store has neither ILM nor ISM: months of the history that are old enough must be deleted by hand");
        }
        return policy;
    }

    /** ISM refuses to replace a policy unless it is told which revision is replaced. */
    private void ism(String policy, String age, Assets assets) throws IOException {
        ObjectNode body = assets.read("retention-ism");
        ((ObjectNode) body.at("/policy/states/0/transitions/0/conditions")).put("min_index_age", age);
        String path = "/_plugins/_ism/policies/" + policy;
        JsonNode there = store.request("GET", path, null).json();
        String condition = there.has("_seq_no")
                ? "?if_seq_no=" + there.get("_seq_no").asLong() + "&if_primary_term="
                        + there.path("_primary_term").asLong()
                : "";
        put(path + condition, body);
    }

    /** An alias with its first index; when the alias is there, its index learns the fields that are new. */
    private void install(String alias, Assets assets, String component) throws IOException {
        if (store.request("HEAD", "/_alias/" + alias, null).ok()) {
            for (String part : List.of("common", component)) {
                put("/" + alias + "/_mapping", mappings(assets.read("component-" + part)));
            }
            return;
        }
        ObjectNode body = new ObjectMapper().createObjectNode();
        body.putObject("aliases").putObject(alias);
        String path = "/" + Indices.firstBehind(alias);
        StoreResponse answer = store.request("PUT", path, body.toString());
        // Another sink may have been faster.
        if (!answer.ok() && !answer.errorType().equals("resource_already_exists_exception")) {
            throw refused("PUT " + path, answer);
        }
    }

    private static ObjectNode mappings(ObjectNode component) {
        return (ObjectNode) component.at("/template/mappings");
    }

    private void put(String path, ObjectNode body) throws IOException {
        StoreResponse answer = store.request("PUT", path, body.toString());
        if (!answer.ok()) {
            throw refused("PUT " + path, answer);
        }
    }

    private static IOException refused(String what, StoreResponse answer) {
        List<String> said = new ArrayList<>();
        said.add("the store refused " + what + " with status " + answer.status());
        JsonNode error = answer.json().path("error");
        if (error.isObject()) {
            said.add(error.path("type").asText() + ": " + error.path("reason").asText());
        }
        if (answer.status() == 401 || answer.status() == 403) {
            said.add(
                    "run the setup once with credentials that may manage templates and indices, then set MESHDIAG_SETUP=false here");
        }
        return new IOException(String.join("; ", said));
    }
}
