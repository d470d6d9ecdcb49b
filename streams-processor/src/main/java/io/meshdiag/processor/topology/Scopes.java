package io.meshdiag.processor.topology;

import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.correlate.Correlate;
import io.meshdiag.processor.correlate.Gate;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.ServiceView;
import io.meshdiag.processor.view.Views;
import io.meshdiag.schema.FactKey;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;

/** The scopes over several clusters, each with its rows, its gate and its view. */
final class Scopes {
    private Scopes() {}

    /** One service in all clusters; scope key mesh/namespace/service. */
    static Correlate.Level<ServiceView> service(List<Detector<ServiceView>> detectors, Stored stored) {
        return new Correlate.Level<>(
                Hop.SERVICE,
                detectors,
                Gate.PRESENT_OF_THE_LOOK,
                Scopes::serviceView,
                stored.rowsBy("service"),
                stored.conditionsBy("service"));
    }

    /** All clusters of a mesh; scope key mesh. */
    static Correlate.Level<MeshView> mesh(List<Detector<MeshView>> detectors, Stored stored) {
        return new Correlate.Level<>(
                Hop.MESH,
                detectors,
                Gate.ALL_OF_THE_LOOK,
                Scopes::meshView,
                stored.rowsBy("mesh"),
                stored.conditionsBy("mesh"));
    }

    private static ServiceView serviceView(
            String scope, Instant asOf, List<ClusterSummary> clusters, List<Row<?>> facts) {
        String[] parts = scope.split("/", 3);
        return Views.ofService(
                FactKey.unescape(parts[0]),
                FactKey.unescape(parts[1]),
                FactKey.unescape(parts[2]),
                asOf,
                clusters,
                facts);
    }

    private static MeshView meshView(String scope, Instant asOf, List<ClusterSummary> clusters, List<Row<?>> facts) {
        return Views.ofMesh(FactKey.unescape(scope), asOf, clusters, facts);
    }
}
