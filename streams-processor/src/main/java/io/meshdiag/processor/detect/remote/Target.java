package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Scope;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Shell;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cluster as remote secrets and istiod's log name it: by an id, for which a collector may speak or not.
 *
 * @param cluster empty when no cluster of that id is known, or more than one
 */
record Target(String id, Optional<ClusterSummary> cluster) {
    static Target of(MeshView view, String id) {
        return new Target(id, view.cluster(id));
    }

    /** Part of a scope key. */
    String key() {
        return cluster.map(Scopes::key).orElse("id:" + id);
    }

    /** Part of a scope key: this cluster as that one reads it. */
    String keyFrom(ClusterSummary observer) {
        return Scopes.key(observer) + "->" + key();
    }

    /** {@code --context=<id>}. */
    String context() {
        return cluster.map(Shell::context).orElse("--context=" + quote(id));
    }

    /** This cluster as these others see it. */
    Scope seenBy(MeshView view, Collection<String> observers) {
        return Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(List.of(id))
                .setObservers(observers.stream().distinct().sorted().toList())
                .build();
    }

    /** The way from that cluster to this one. */
    Scope seenFrom(MeshView view, ClusterSummary observer) {
        return Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(Stream.of(observer.getClusterId(), id)
                        .distinct()
                        .sorted()
                        .toList())
                .setPair(new ClusterPair(observer.getClusterId(), id))
                .build();
    }

    /** Prints where the remote secret in that cluster leads, and nothing secret of it. */
    String showServer(ClusterSummary observer) {
        String template = "{{range $id, $config := .data}}{{$config | base64decode}}{{end}}";
        return Shell.kubectlAtIstiod(observer) + " get secret " + quote("istio-remote-secret-" + id)
                + " --output=go-template=" + quote(template) + " | grep server:";
    }

    /** Creates the remote secret in that cluster anew. */
    String createSecret(ClusterSummary observer) {
        return "istioctl create-remote-secret " + context() + " --name=" + quote(id) + " | kubectl apply --filename=- "
                + Shell.context(observer);
    }
}
