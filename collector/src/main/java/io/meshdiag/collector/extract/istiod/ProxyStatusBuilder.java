package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.XdsStatus;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.schema.Printable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One proxy while its entry is read; the keys of an entry come in any order. */
final class ProxyStatusBuilder {
    private static final int MAX_ERROR = 2_000;
    // Nonces of 1.23+ begin with the push version: the time of the push and its number.
    private static final Pattern NONCE_TIME = Pattern.compile("^(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z)/");

    String namespace = "";
    String name = "";
    String clusterId;
    String type;
    String istioVersion;
    /** True when the page has the map of all subscribed types (1.23+), which then says what the fixed keys cannot. */
    boolean subscriptionsKnown;

    private final Map<String, XdsStatus> fixed = new TreeMap<>();
    private final Map<String, XdsStatus> subscribed = new TreeMap<>();

    void named(ProxyName proxy) {
        name = Printable.clean(proxy.name());
        namespace = Printable.clean(proxy.namespace());
    }

    /** Status under a fixed key such as {@code cluster_sent}. */
    XdsStatus fixed(String shortName) {
        return fixed.computeIfAbsent(shortName, ProxyStatusBuilder::empty);
    }

    /** Status of a type that the proxy subscribed to. */
    XdsStatus subscribed(String shortName) {
        return subscribed.computeIfAbsent(shortName, ProxyStatusBuilder::empty);
    }

    static String error(String text) {
        return text == null || text.isEmpty() ? null : Redactor.clean(text, MAX_ERROR);
    }

    /** True for istioctl and other debug clients: they report no version and are sent no configuration. */
    boolean isDebugClient() {
        return istioVersion == null
                && fixed.values().stream().allMatch(ProxyStatusBuilder::nothingSent)
                && subscribed.values().stream().allMatch(ProxyStatusBuilder::nothingSent);
    }

    /** The fact, from an entry of the HTTP page: states are derived from the nonces. */
    ProxyStatus fromNonces(Origin origin, String istiod) {
        for (String always : XdsTypes.ALWAYS) {
            fixed(always);
        }
        boolean ztunnel = "ztunnel".equals(type);
        Map<String, XdsStatus> all = new TreeMap<>(fixed);
        all.putAll(subscribed);
        all.forEach((shortName, status) -> {
            boolean ignored = ztunnel || (subscriptionsKnown && !subscribed.containsKey(shortName));
            status.setState(state(status, ignored));
            if (status.getSentAt() == null) {
                status.setSentAt(nonceTime(status.getNonceSent()));
            }
        });
        return build(origin, istiod, List.copyOf(all.values()));
    }

    /** The fact, from CSDS: istiod said the states itself. */
    ProxyStatus fromStates(Origin origin, String istiod) {
        return build(origin, istiod, List.copyOf(subscribed.values()));
    }

    private ProxyStatus build(Origin origin, String istiod, List<XdsStatus> xds) {
        return ProxyDigest.stamp(ProxyStatus.newBuilder()
                .setHeader(origin.header())
                .setNamespace(namespace)
                .setName(name)
                .setIstiod(istiod)
                .setProxyClusterId(clusterId)
                .setProxyType(type)
                .setIstioVersion(istioVersion)
                .setXds(xds)
                .build());
    }

    /** The table of istio-formats.md a.3, first match wins. */
    private static XdsSyncState state(XdsStatus status, boolean ignored) {
        if (status.getLastError() != null) {
            return XdsSyncState.ERROR;
        }
        if (status.getNonceSent() == null) {
            return ignored ? XdsSyncState.IGNORED : XdsSyncState.NOT_SENT;
        }
        if (status.getNonceSent().equals(status.getNonceAcked())) {
            return XdsSyncState.SYNCED;
        }
        return status.getNonceAcked() == null ? XdsSyncState.STALE_NEVER_ACKED : XdsSyncState.STALE;
    }

    private static boolean nothingSent(XdsStatus status) {
        return status.getNonceSent() == null
                && (status.getState() == XdsSyncState.UNKNOWN
                        || status.getState() == XdsSyncState.IGNORED
                        || status.getState() == XdsSyncState.NOT_SENT);
    }

    private static Instant nonceTime(String nonce) {
        Matcher time = nonce == null ? null : NONCE_TIME.matcher(nonce);
        return time != null && time.find() ? JsonCursor.time(time.group(1)) : null;
    }

    private static XdsStatus empty(String shortName) {
        return XdsStatus.newBuilder()
                .setType(shortName)
                .setState(XdsSyncState.UNKNOWN)
                .build();
    }
}
