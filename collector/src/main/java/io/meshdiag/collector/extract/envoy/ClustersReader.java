package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import java.io.IOException;
import java.io.InputStream;

/** {@code /clusters?format=json}: the only page that shows which endpoints Envoy itself took out. */
final class ClustersReader {
    private ClustersReader() {}

    /** Endpoints that outlier detection or Envoy's own health checks took out; one that several clusters share counts in each. */
    static int ejected(InputStream page) throws IOException, UnreadablePageException {
        int[] ejected = {0};
        boolean[] recognized = {false};
        JsonPage.read(
                page,
                root -> root.fields(key -> {
                    if (key.equals("clusterstatuses")) {
                        recognized[0] = true;
                        root.elements(() -> root.fields(part -> {
                            if (part.equals("hoststatuses")) {
                                root.elements(() -> ejected[0] += isEjected(root) ? 1 : 0);
                            }
                        }));
                    }
                }));
        if (!recognized[0]) {
            throw new UnreadablePageException("no array \"cluster_statuses\": not Envoy's /clusters?format=json");
        }
        return ejected[0];
    }

    private static boolean isEjected(JsonCursor json) throws IOException, UnreadablePageException {
        boolean[] out = {false};
        json.fields(key -> {
            if (key.equals("healthstatus")) {
                json.fields(check -> {
                    if (check.equals("failedoutliercheck") || check.equals("failedactivehealthcheck")) {
                        out[0] |= "true".equals(json.text());
                    }
                });
            }
        });
        return out[0];
    }
}
