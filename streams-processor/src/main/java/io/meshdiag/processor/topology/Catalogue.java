package io.meshdiag.processor.topology;

import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ServiceView;
import java.util.List;
import java.util.stream.Stream;

/** The rules that a topology runs, by the scope that they judge. */
public record Catalogue(
        List<Detector<ClusterView>> cluster, List<Detector<ServiceView>> service, List<Detector<MeshView>> mesh) {

    /** Every rule once. */
    public List<Rule> all() {
        return Stream.of(cluster, service, mesh)
                .flatMap(List::stream)
                .map(Detector::rule)
                .toList();
    }
}
