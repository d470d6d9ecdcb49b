package io.meshdiag.processor.detect;

import io.meshdiag.schema.Printable;
import io.meshdiag.state.ClusterSummary;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Words of commands that people paste into a POSIX shell. Names come from clusters that may be hostile: whatever is in one, it stays one word.
 *
 * <p>Clusters are addressed by a kubeconfig context that is called like the cluster id.
 */
public final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    private Shell() {}

    /** The name as one word: as it is when it is plain, else in single quotes. */
    public static String quote(String name) {
        String clean = Printable.clean(name);
        return PLAIN.matcher(clean).matches() ? clean : "'" + clean.replace("'", "'\\''") + "'";
    }

    /** {@code --context=<cluster>}. */
    public static String context(ClusterSummary cluster) {
        return "--context=" + quote(cluster.getClusterId());
    }

    /** {@code kubectl --context=<cluster> --namespace=<namespace of istiod>}. */
    public static String kubectlAtIstiod(ClusterSummary cluster) {
        return kubectl(cluster, istiodNamespace(cluster));
    }

    /** {@code kubectl --context=<cluster> --namespace=<namespace>}. */
    public static String kubectl(ClusterSummary cluster, String namespace) {
        return "kubectl " + context(cluster) + " --namespace=" + quote(namespace);
    }

    /** Restarts all istiods of a cluster's first istiod namespace, replica by replica. */
    public static String restartIstiod(ClusterSummary cluster) {
        return kubectlAtIstiod(cluster) + " rollout restart deployment --selector=app=istiod";
    }

    /** Namespace of the cluster's istiod; Istio's default when none was seen. */
    public static String istiodNamespace(ClusterSummary cluster) {
        List<String> known = cluster.getIstiodNamespaces();
        return known.isEmpty() ? "istio-system" : known.get(0);
    }
}
