package io.meshdiag.simulator.artifact.envoy;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.pki.Pem;
import java.util.List;
import java.util.Map;

/** SecretsConfigDump: the workload's chain, its key as Envoy prints it, and the root that it trusts. */
final class Secrets {
    private static final String TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    private Secrets() {}

    static Map<String, Object> section(ProxyView view) {
        String chain = Pem.base64(Pem.of(view.certificate()));
        String root = Pem.base64(Pem.of(view.cluster().trust().bundleOf(view.proxy())));
        return Tree.of(
                "@type",
                "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
                "dynamic_active_secrets",
                List.of(
                        entry(
                                view,
                                "default",
                                "tls_certificate",
                                Tree.of(
                                        "certificate_chain", Tree.of("inline_bytes", chain),
                                        "private_key", Tree.of("inline_bytes", Pem.base64("[redacted]")))),
                        entry(
                                view,
                                "ROOTCA",
                                "validation_context",
                                Tree.of("trusted_ca", Tree.of("inline_bytes", root)))));
    }

    private static Map<String, Object> entry(ProxyView view, String name, String kind, Object content) {
        return Tree.of(
                "name", name,
                "last_updated", view.updated(),
                "secret", Tree.of("@type", TYPE, "name", name, kind, content));
    }
}
