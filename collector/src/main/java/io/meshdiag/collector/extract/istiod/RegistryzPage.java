package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonPage;
import java.io.IOException;
import java.io.InputStream;

/**
 * {@code /debug/registryz}: an array of services. It yields no fact of its own (the shards of each service are in endpointShardz); reading it proves that
 * the page is whole and counts the services, for the coverage.
 */
public final class RegistryzPage implements PageParser {
    private int services;

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        JsonPage.read(page, root -> {
            if (root.isObject()) {
                throw new UnreadablePageException("registryz must be an array of services");
            }
            root.elements(() -> {
                boolean[] named = {false};
                root.fields(key -> named[0] |= key.equals("hostname"));
                services += named[0] ? 1 : 0;
            });
        });
    }

    /** Services in the pages read so far. */
    public int services() {
        return services;
    }
}
