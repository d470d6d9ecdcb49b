package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.fleet.Cluster;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** The table of "kubectl get secrets -A": names only. */
public record SecretNames(Cluster cluster) implements Artifact {
    @Override
    public String path() {
        return "cluster/secrets";
    }

    @Override
    public void writeTo(Writer out) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAMESPACE", "NAME", "TYPE", "DATA", "AGE"));
        rows.add(
                cluster.selfSigned()
                        ? List.of("istio-system", "istio-ca-secret", "istio.io/ca-root", "5", "30d")
                        : List.of("istio-system", "cacerts", "Opaque", "4", "30d"));
        rows.add(List.of(
                "istio-system",
                "istio-reader-service-account-istio-remote-secret-token",
                "kubernetes.io/service-account-token",
                "3",
                "30d"));
        for (String remote : cluster.remoteSecrets().keySet()) {
            rows.add(List.of("istio-system", "istio-remote-secret-" + remote, "Opaque", "1", "30d"));
        }
        Table.write(rows, out);
    }
}
