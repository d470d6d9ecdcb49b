package io.meshdiag.processor.detect.vm;

import io.meshdiag.processor.detect.Shell;
import io.meshdiag.state.ClusterSummary;
import java.util.Optional;

/**
 * Commands around a machine's namespace and istiod.
 *
 * @param context {@code --context=<cluster>}
 * @param kubectl in the machine's namespace
 * @param istiod kubectl in istiod's
 */
record Tools(String context, String kubectl, String istiod) {
    static Tools of(Machine machine) {
        Optional<ClusterSummary> home = machine.home();
        String context = "--context=" + quote(machine.clusterId());
        String namespace = machine.health().getNamespace();
        return new Tools(
                context,
                "kubectl " + context + (namespace.isEmpty() ? "" : " --namespace=" + quote(namespace)),
                "kubectl " + context + " --namespace="
                        + quote(home.map(Shell::istiodNamespace).orElse("istio-system")));
    }

    static String quote(String name) {
        return Shell.quote(name);
    }
}
