package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.Sieve;
import io.meshdiag.collector.extract.text.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Envoy's pages without anything that is nobody's business: copies in which {@link ProxyPages} finds all that it reads, and nothing else is. Of secrets
 * only certificates are left.
 */
public final class PublicPages {
    private static final int MAX_DETAILS = 4_000;
    private static final Pattern CERTIFICATE = Pattern.compile(
            "-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (X509 |TRUSTED )?CERTIFICATE-----");

    private static final Sieve NODE = Sieve.object()
            .keep("id")
            .keep(
                    Sieve.map()
                            .keep("ISTIO_VERSION", "ISTIO_REVISION", "CLUSTER_ID", "NETWORK", "MESH_ID", "NODE_NAME")
                            .keep(Sieve.object().keep("discovery_address"), "PROXY_CONFIG")
                            .keep(Sieve.map().keep("istio.io/rev"), "LABELS"),
                    "metadata")
            .keep(Sieve.object().keep("region", "zone", "sub_zone"), "locality")
            .keep(
                    Sieve.object().keep(Sieve.object().keep("major_number", "minor_number", "patch"), "version"),
                    "user_agent_build_version");

    private static final Sieve SERVER_INFO =
            Sieve.object().keep("state", "version").keep(NODE, "node");
    private static final Sieve CLUSTERS = Sieve.object()
            .keep(
                    Sieve.object()
                            .keep(
                                    Sieve.object()
                                            .keep(
                                                    Sieve.object()
                                                            .keep("failed_outlier_check", "failed_active_health_check"),
                                                    "health_status"),
                                    "host_statuses"),
                    "cluster_statuses");
    private static final Sieve CERTS = Sieve.object()
            .keep(
                    Sieve.object()
                            .keep(
                                    Sieve.object()
                                            .keep("serial_number", "valid_from", "expiration_time")
                                            .keep(Sieve.object().keep("uri"), "subject_alt_names"),
                                    "cert_chain"),
                    "certificates");
    private static final Sieve CONFIG_DUMP = Sieve.object().keep(section(), "configs");

    private PublicPages() {}

    /** {@code /config_dump}. */
    public static void configDump(InputStream page, OutputStream out) throws IOException, UnreadablePageException {
        CONFIG_DUMP.copy(page, out);
    }

    /** {@code /server_info}. */
    public static void serverInfo(InputStream page, OutputStream out) throws IOException, UnreadablePageException {
        SERVER_INFO.copy(page, out);
    }

    /** {@code /certs}. */
    public static void certs(InputStream page, OutputStream out) throws IOException, UnreadablePageException {
        CERTS.copy(page, out);
    }

    /** {@code /clusters?format=json}. */
    public static void clusters(InputStream page, OutputStream out) throws IOException, UnreadablePageException {
        CLUSTERS.copy(page, out);
    }

    private static Sieve section() {
        Sieve named = Sieve.object().keep("name");
        Sieve error = Sieve.object()
                .keep(Sieve.text(words -> Redactor.clean(words, MAX_DETAILS)), "details")
                .keep("last_update_attempt")
                .keep(named, "failed_configuration");
        Sieve resource = Sieve.object()
                .keep("name")
                .keep(named, "cluster", "route_config")
                .keep(error, "error_state");
        Sieve listener = Sieve.object()
                .keep("name")
                .keep(Sieve.object().keep(named, "listener"), "active_state", "warming_state", "draining_state")
                .keep(error, "error_state");
        return Sieve.object()
                .keep("@type", "version_info")
                .keep(bootstrap(), "bootstrap")
                .keep(resource, "dynamic_active_clusters", "dynamic_warming_clusters", "dynamic_route_configs")
                .keep(listener, "dynamic_listeners")
                .keep(
                        Sieve.object(),
                        "static_clusters",
                        "static_route_configs",
                        "dynamic_active_listeners",
                        "dynamic_warming_listeners",
                        "dynamic_draining_listeners")
                .keep(
                        Sieve.object().keep(assignment(), "endpoint_config"),
                        "static_endpoint_configs",
                        "dynamic_endpoint_configs")
                .keep(secret(), "static_secrets", "dynamic_active_secrets", "dynamic_warming_secrets");
    }

    private static Sieve bootstrap() {
        return Sieve.object()
                .keep(NODE, "node")
                .keep(Sieve.object().keep(Sieve.object().keep("api_type"), "ads_config"), "dynamic_resources");
    }

    private static Sieve assignment() {
        Sieve workload = Sieve.map().keep(Sieve.map().keep("workload"), "istio");
        Sieve address = Sieve.object().keep(Sieve.object().keep("address"), "socket_address");
        Sieve endpoint = Sieve.object()
                .keep("health_status")
                .keep(Sieve.object().keep(address, "address"), "endpoint")
                .keep(Sieve.object().keep(workload, "filter_metadata"), "metadata");
        return Sieve.object().keep("cluster_name").keep(Sieve.object().keep(endpoint, "lb_endpoints"), "endpoints");
    }

    private static Sieve secret() {
        Sieve certificates = Sieve.object()
                .keep(Sieve.text(PublicPages::certificates), "inline_string")
                .keep(Sieve.text(PublicPages::encodedCertificates), "inline_bytes");
        Sieve trustDomain = Sieve.object().keep("name").keep(certificates, "trust_bundle");
        Sieve validator = Sieve.object().keep(Sieve.object().keep(trustDomain, "trust_domains"), "typed_config");
        Sieve validation = Sieve.object().keep(certificates, "trusted_ca").keep(validator, "custom_validator_config");
        return Sieve.object()
                .keep("name")
                .keep(
                        Sieve.object()
                                .keep("name")
                                .keep(Sieve.object().keep(certificates, "certificate_chain"), "tls_certificate")
                                .keep(validation, "validation_context"),
                        "secret");
    }

    /** The certificate blocks of a PEM text: what else stands in such a file may be the key. */
    public static String certificates(String pem) {
        StringBuilder kept = new StringBuilder();
        Matcher block = CERTIFICATE.matcher(pem);
        while (block.find()) {
            kept.append(block.group()).append('\n');
        }
        return kept.toString();
    }

    private static String encodedCertificates(String base64) {
        try {
            String pem = new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.ISO_8859_1);
            return Base64.getEncoder().encodeToString(certificates(pem).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
