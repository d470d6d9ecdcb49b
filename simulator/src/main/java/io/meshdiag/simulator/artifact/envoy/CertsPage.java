package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cert.X509CertificateHolder;

/** /certs: the loaded certificates without keys. */
public final class CertsPage extends JsonPage {
    private final ProxyView view;

    public CertsPage(ProxyView view) {
        super(view.folder() + "certs", true);
        this.view = view;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        X509CertificateHolder leaf = view.certificate().get(0);
        json.writePOJO(Tree.of(
                "certificates",
                List.of(Tree.of(
                        "ca_cert",
                                view.cluster().trust().bundleOf(view.proxy()).stream()
                                        .map(root -> entry(root, List.of()))
                                        .toList(),
                        "cert_chain", List.of(entry(leaf, List.of(Tree.of("uri", view.spiffeId()))))))));
    }

    private Map<String, Object> entry(X509CertificateHolder certificate, List<?> names) {
        var until = certificate.getNotAfter().toInstant();
        long days = Duration.between(view.fleet().settings().time(), until).toDays();
        return Tree.of(
                "path", "<inline>",
                "serial_number", certificate.getSerialNumber().toString(16),
                "subject_alt_names", names,
                "days_until_expiration", Long.toString(days),
                "valid_from", certificate.getNotBefore().toInstant().toString(),
                "expiration_time", until.toString());
    }
}
