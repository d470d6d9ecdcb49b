package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A data source of Grafana, as panels refer to it; the provisioning file defines it. Grafana wants one for each index. */
record GrafanaDatasource(String type, String uid) {
    static final GrafanaDatasource PROMETHEUS = new GrafanaDatasource("prometheus", "meshdiag-prometheus");

    static GrafanaDatasource of(Index index) {
        return new GrafanaDatasource("elasticsearch", "meshdiag-" + index.alias());
    }

    ObjectNode reference() {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("uid", uid);
    }
}
