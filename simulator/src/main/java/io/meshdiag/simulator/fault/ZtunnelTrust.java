package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Ztunnel;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * The nodes of a cluster run ztunnels. They trust what sidecars trust, or still only the root that the mesh was made with.
 *
 * @param roots "all" or "old"
 */
record ZtunnelTrust(String cluster, String roots) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        String roots = fields.text("roots", "old");
        if (!roots.equals("old") && !roots.equals("all")) {
            fields.problem("roots", "must be 'old' or 'all', not '" + roots + "'");
        }
        return new ZtunnelTrust(fields.text("cluster"), roots);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        List<X509CertificateHolder> trusted =
                roots.equals("old") ? List.of(fleet.root().root()) : hit.trust().bundle();
        for (int node = 0; node < hit.nodes().size(); node++) {
            hit.ztunnels()
                    .add(new Ztunnel(
                            "ztunnel-"
                                    + fleet.names()
                                            .uuid(cluster, "ztunnel", "" + node)
                                            .substring(0, 5),
                            trusted));
        }
    }
}
