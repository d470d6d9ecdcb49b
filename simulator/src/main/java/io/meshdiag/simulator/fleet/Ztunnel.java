package io.meshdiag.simulator.fleet;

import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * The proxy of one node in ambient mode.
 *
 * @param pod of the DaemonSet ztunnel
 * @param roots by which it judges its peers
 */
public record Ztunnel(String pod, List<X509CertificateHolder> roots) {
    public Ztunnel {
        roots = List.copyOf(roots);
    }
}
