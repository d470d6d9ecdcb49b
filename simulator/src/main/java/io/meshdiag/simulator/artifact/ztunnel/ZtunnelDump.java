package io.meshdiag.simulator.artifact.ztunnel;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Ztunnel;
import io.meshdiag.simulator.pki.Pem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cert.X509CertificateHolder;

/** config_dump of one ztunnel, with its own certificate and without workloads. */
public final class ZtunnelDump extends JsonPage {
    private final Cluster cluster;
    private final Ztunnel ztunnel;
    private final Instant now;

    public ZtunnelDump(Cluster cluster, Ztunnel ztunnel, Instant now) {
        super("proxies/istio-system/" + ztunnel.pod() + "/config_dump", true);
        this.cluster = cluster;
        this.ztunnel = ztunnel;
        this.now = now;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        String identity = "spiffe://" + cluster.trust().domain() + "/ns/istio-system/sa/ztunnel";
        Instant from = now.minus(Duration.ofHours(6));
        List<X509CertificateHolder> chain =
                cluster.authority().workload(identity, from, from.plus(Duration.ofHours(24)));
        json.writePOJO(Tree.of(
                "workloads",
                List.of(),
                "services",
                List.of(),
                "certificates",
                List.of(Tree.of(
                        "identity",
                        identity,
                        "state",
                        "Available",
                        "certChain",
                        chain.subList(0, chain.size() - 1).stream()
                                .map(ZtunnelDump::entry)
                                .toList(),
                        "rootCerts",
                        ztunnel.roots().stream().map(ZtunnelDump::entry).toList()))));
    }

    private static Map<String, Object> entry(X509CertificateHolder certificate) {
        return Tree.of(
                "pem",
                Pem.of(certificate),
                "serialNumber",
                certificate.getSerialNumber().toString(),
                "validFrom",
                certificate.getNotBefore().toInstant().toString(),
                "expirationTime",
                certificate.getNotAfter().toInstant().toString());
    }
}
