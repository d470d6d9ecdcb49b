package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.istiod.ProxyDigest;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Since when proxies owe an acknowledgement. istiod goes on pushing to a proxy that does not answer, and its page tells the time of the last push
 * only: a proxy that is stuck for hours looks as if it were asked a moment ago. As long as the nonce that it acknowledged last stays the same, it is
 * the same wait.
 */
final class Waits {
    private record Wait(String acked, Instant since) {}

    /** By replica, then by proxy and type; types that wait for nothing are not kept. */
    private final Map<IstiodPod, Map<String, Wait>> waits = new HashMap<>();

    /** Begins to read a replica's page. */
    Page page(IstiodPod istiod) {
        return new Page(istiod, waits.getOrDefault(istiod, Map.of()));
    }

    /** Replicas that are gone wait for nobody. */
    void retain(Collection<IstiodPod> istiods) {
        waits.keySet().retainAll(istiods);
    }

    final class Page {
        private final IstiodPod istiod;
        private final Map<String, Wait> before;
        private final Map<String, Wait> now = new HashMap<>();

        private Page(IstiodPod istiod, Map<String, Wait> before) {
            this.istiod = istiod;
            this.before = before;
        }

        /** Sets the time of the first response that the proxy did not acknowledge, in place of the last one's. */
        void date(ProxyStatus proxy) {
            Instant observedAt = proxy.getHeader().getObservedAt();
            boolean waiting = false;
            for (XdsStatus xds : proxy.getXds()) {
                if (xds.getState() == XdsSyncState.STALE || xds.getState() == XdsSyncState.STALE_NEVER_ACKED) {
                    Instant sentAt = xds.getSentAt();
                    Instant latest = sentAt == null || sentAt.isAfter(observedAt) ? observedAt : sentAt;
                    Wait wait = wait(key(proxy, xds), xds.getNonceAcked(), latest);
                    xds.setSentAt(wait.since());
                    waiting = true;
                }
            }
            if (waiting) {
                ProxyDigest.stamp(proxy);
            }
        }

        private Wait wait(String key, String acked, Instant latest) {
            Wait earlier = before.get(key);
            Wait wait = earlier != null && Objects.equals(earlier.acked(), acked) ? earlier : new Wait(acked, latest);
            now.put(key, wait);
            return wait;
        }

        /** The page was read to its end. */
        void complete() {
            waits.put(istiod, now);
        }
    }

    private static String key(ProxyStatus proxy, XdsStatus xds) {
        return proxy.getProxyClusterId() + "/" + proxy.getNamespace() + "/" + proxy.getName() + "/" + xds.getType();
    }
}
