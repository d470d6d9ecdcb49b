package io.meshdiag.simulator.serve;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;

/** A path and the parameters behind it. */
record Request(String path, QueryStringDecoder query) {
    static Request of(String pathAndQuery) {
        QueryStringDecoder decoder = new QueryStringDecoder(pathAndQuery);
        return new Request(decoder.path(), decoder);
    }

    boolean has(String parameter) {
        return query.parameters().containsKey(parameter);
    }

    /** Empty when it is not there. */
    String value(String parameter) {
        List<String> values = values(parameter);
        return values.isEmpty() ? "" : values.get(0);
    }

    List<String> values(String parameter) {
        return query.parameters().getOrDefault(parameter, List.of());
    }
}
