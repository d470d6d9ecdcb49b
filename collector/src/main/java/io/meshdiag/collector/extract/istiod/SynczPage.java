package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.XdsStatus;
import java.io.IOException;
import java.io.InputStream;

/**
 * xDS state of every proxy of one istiod replica → ProxyStatus. Reads {@code /debug/syncz} of all versions (an array), and what
 * {@code istioctl proxy-status -o json|yaml} prints (CSDS, {@link CsdsResponse}).
 */
public final class SynczPage implements PageParser {
    private final IstiodPod istiod;

    /** @param istiod the replica that answered; a CSDS answer that names another one wins */
    public SynczPage(IstiodPod istiod) {
        this.istiod = istiod;
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        JsonPage.readStream(page, root -> {
            if (root.isObject()) {
                CsdsResponse.read(root, istiod, origin, facts);
            }
            root.elements(() -> {
                ProxyStatusBuilder proxy = entry(root);
                if (!proxy.name.isEmpty() && !proxy.isDebugClient()) {
                    facts.accept(proxy.fromNonces(origin, istiod.name()));
                }
            });
        });
    }

    private static ProxyStatusBuilder entry(JsonCursor json) throws IOException, UnreadablePageException {
        ProxyStatusBuilder proxy = new ProxyStatusBuilder();
        json.fields(key -> {
            switch (key) {
                case "proxy" -> proxy.named(ProxyName.parse(json.textOrEmpty()));
                case "clusterid" -> proxy.clusterId = json.textOrNull();
                case "proxytype" -> proxy.type = json.textOrNull();
                case "istioversion" -> proxy.istioVersion = json.textOrNull();
                case "resources" -> {
                    proxy.subscriptionsKnown = json.isObject();
                    json.entries(typeUrl -> {
                        if (!XdsTypes.isDebug(typeUrl)) {
                            resource(proxy.subscribed(XdsTypes.shortName(typeUrl)), json);
                        }
                    });
                }
                default -> nonce(proxy, key, json.textOrNull());
            }
        });
        return proxy;
    }

    private static void resource(XdsStatus status, JsonCursor json) throws IOException, UnreadablePageException {
        json.fields(key -> {
            switch (key) {
                case "sent" -> status.setNonceSent(json.textOrNull());
                case "acked" -> status.setNonceAcked(json.textOrNull());
                case "senttime" -> status.setSentAt(json.time());
                case "lasterror" -> status.setLastError(ProxyStatusBuilder.error(json.text()));
                default -> {}
            }
        });
    }

    /** Keys such as {@code clustersent} and {@code clusteracked}. */
    private static void nonce(ProxyStatusBuilder proxy, String key, String nonce) {
        boolean sent = key.endsWith("sent");
        boolean acked = key.endsWith("acked");
        if (!sent && !acked) {
            return;
        }
        String type = XdsTypes.BY_KEY_PREFIX.get(key.substring(0, key.length() - (sent ? "sent" : "acked").length()));
        if (type == null) {
            return;
        }
        if (sent) {
            proxy.fixed(type).setNonceSent(nonce);
        } else {
            proxy.fixed(type).setNonceAcked(nonce);
        }
    }
}
