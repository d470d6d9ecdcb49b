package io.meshdiag.simulator.artifact;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import java.util.List;

/** The short texts at the top of an archive: versions, context. */
final class Overview {
    private Overview() {}

    static List<Artifact> of(Fleet fleet, Cluster cluster) {
        return List.of(
                new TextPage("versions", versions(cluster.istioVersion(), cluster)),
                new TextPage("cluster/cluster-context", cluster.name() + "\nhttps://" + cluster.apiServer() + "\n"),
                new TextPage(
                        "cluster/kubectl-version",
                        "Client Version: v1.33.1\nKustomize Version: v5.6.0\nServer Version: v1.33.1\n"));
    }

    private static String versions(String version, Cluster cluster) {
        StringBuilder text = new StringBuilder("CLI version:\nversion.BuildInfo{Version:\"" + version
                + "\", GitRevision:\"" + "0".repeat(40) + "\", GolangVersion:\"go1.25.3\", BuildStatus:\"Clean\","
                + " GitTag:\"" + version + "\"}\n\n"
                + "✅ The following Istio control plane revisions/versions were found in the cluster:\n");
        for (String revision : cluster.spec().revisions()) {
            text.append("Revision ").append(revision).append(":\n&version.MeshInfo{");
            for (int i = 0; i < cluster.spec().istiods(); i++) {
                text.append(i == 0 ? "" : ", ")
                        .append("{pilot {")
                        .append(version)
                        .append(" ")
                        .append("0".repeat(40))
                        .append(" go1.25.3 Clean ")
                        .append(version)
                        .append("}}");
            }
            text.append("}\n\n");
        }
        text.append("✅ The following proxy revisions/versions were found in the cluster:\n");
        for (String revision : cluster.spec().revisions()) {
            text.append("Revision ")
                    .append(revision)
                    .append(": Versions {")
                    .append(version)
                    .append("}\n");
        }
        return text.toString();
    }
}
