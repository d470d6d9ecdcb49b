package io.meshdiag.collector.extract.istiod;

import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.schema.Digests;
import java.util.List;

/** The content hash of a ProxyStatus. */
public final class ProxyDigest {
    private ProxyDigest() {}

    /**
     * Stamps it with a hash over what its nonces mean, not over the nonces: istiod gives every proxy new ones with every push, and a proxy that
     * acknowledges them all is no news.
     */
    public static ProxyStatus stamp(ProxyStatus status) {
        List<XdsStatus> said = status.getXds();
        status.setXds(said.stream().map(ProxyDigest::lasting).toList());
        Digests.stamp(status);
        status.setXds(said);
        return status;
    }

    private static XdsStatus lasting(XdsStatus xds) {
        XdsStatus.Builder lasting = XdsStatus.newBuilder(xds).setNonceSent(null);
        if (xds.getState() == XdsSyncState.SYNCED) {
            lasting.setNonceAcked(null).setSentAt(null);
        }
        return lasting.build();
    }
}
