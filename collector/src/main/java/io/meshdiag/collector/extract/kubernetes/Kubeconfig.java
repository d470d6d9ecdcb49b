package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The public facts of a kubeconfig. There is no component that could hold a credential, and {@link #problem} never repeats the text.
 *
 * @param host of the API server; null when unknown
 * @param caSha256 SHA-256 of the first certificate authority's DER; null when there is none
 * @param expiresAt exp of the token, or notAfter of the client certificate; null when it does not tell
 * @param problem why istiod cannot use it; null when nothing was found wrong
 */
record Kubeconfig(
        String host, Integer port, String caSha256, CredentialKind credential, Instant expiresAt, String problem) {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_LENGTH = 1024 * 1024;

    static Kubeconfig unreadable(String problem) {
        return new Kubeconfig(null, null, null, CredentialKind.UNKNOWN, null, problem);
    }

    /** Reads the current context's cluster and user; without a usable current-context the first of each. */
    static Kubeconfig read(String text) {
        if (text.isBlank()) {
            return unreadable("the kubeconfig is empty");
        }
        if (text.length() > MAX_LENGTH) {
            return unreadable("the kubeconfig is larger than 1 MiB");
        }
        JsonNode config;
        try {
            config = YAML.readTree(text);
        } catch (JsonProcessingException | YAMLException e) {
            return unreadable("the kubeconfig is not readable as YAML");
        }
        if (config == null || !config.isObject() || !config.has("clusters")) {
            return unreadable("the kubeconfig names no cluster");
        }
        JsonNode context = named(
                        config.path("contexts"), config.path("current-context").asText())
                .path("context");
        JsonNode cluster =
                named(config.path("clusters"), context.path("cluster").asText()).path("cluster");
        JsonNode user =
                named(config.path("users"), context.path("user").asText()).path("user");
        return of(cluster, user, inconsistency(config));
    }

    /** What istiod refuses before it looks at anything else (client-go: clientcmd.Validate); null when all names lead somewhere. */
    private static String inconsistency(JsonNode config) {
        String current = config.path("current-context").asText();
        if (!current.isEmpty() && !has(config.path("contexts"), current)) {
            return "the kubeconfig has no context of the name that current-context says; istiod refuses it";
        }
        for (JsonNode entry : config.path("contexts")) {
            JsonNode context = entry.path("context");
            if (!has(config.path("clusters"), context.path("cluster").asText())
                    || !has(config.path("users"), context.path("user").asText())) {
                return "a context of the kubeconfig names a cluster or user that is not in it; istiod refuses it";
            }
        }
        return null;
    }

    private static boolean has(JsonNode list, String name) {
        for (JsonNode entry : list) {
            if (name.equals(entry.path("name").asText())) {
                return true;
            }
        }
        return false;
    }

    private static Kubeconfig of(JsonNode cluster, JsonNode user, String inconsistency) {
        CredentialKind credential = credential(user);
        Instant expires = expiry(user, credential);
        String ca = fingerprint(cluster.path("certificate-authority-data").asText());
        try {
            URI server = new URI(cluster.path("server").asText());
            if (server.getHost() == null) {
                return new Kubeconfig(null, null, ca, credential, expires, "the kubeconfig's server is not a URL");
            }
            int port = server.getPort() > 0 ? server.getPort() : "http".equals(server.getScheme()) ? 80 : 443;
            String host = Printable.shorten(server.getHost(), 253);
            String problem = inconsistency == null ? problem(credential) : inconsistency;
            return new Kubeconfig(host, port, ca, credential, expires, problem);
        } catch (URISyntaxException e) {
            return new Kubeconfig(null, null, ca, credential, expires, "the kubeconfig's server is not a URL");
        }
    }

    /** istiod refuses exec and auth-provider unless told otherwise (PILOT_INSECURE_MULTICLUSTER_KUBECONFIG_OPTIONS). */
    private static String problem(CredentialKind credential) {
        return switch (credential) {
            case EXEC -> "istiod refuses a kubeconfig that runs a program or an auth provider";
            case NONE -> "the kubeconfig has no credential";
            default -> null;
        };
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode entry : list) {
            if (name.equals(entry.path("name").asText())) {
                return entry;
            }
        }
        return list.isEmpty() ? MissingNode.getInstance() : list.path(0);
    }

    private static CredentialKind credential(JsonNode user) {
        if (!user.path("token").asText().isEmpty() || user.hasNonNull("tokenFile")) {
            return CredentialKind.TOKEN;
        }
        if (user.hasNonNull("client-certificate-data") || user.hasNonNull("client-certificate")) {
            return CredentialKind.CLIENT_CERTIFICATE;
        }
        if (user.hasNonNull("exec") || user.hasNonNull("auth-provider")) {
            return CredentialKind.EXEC;
        }
        return user.hasNonNull("username") ? CredentialKind.UNKNOWN : CredentialKind.NONE;
    }

    private static Instant expiry(JsonNode user, CredentialKind credential) {
        return switch (credential) {
            case TOKEN -> tokenExpiry(user.path("token").asText());
            case CLIENT_CERTIFICATE -> {
                CertificateInfo certificate =
                        firstCertificate(user.path("client-certificate-data").asText());
                yield certificate == null ? null : certificate.getNotAfter();
            }
            default -> null;
        };
    }

    /** Claim exp of a JWT, whose signature is nobody's concern here. Opaque tokens do not tell. */
    private static Instant tokenExpiry(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            JsonNode exp =
                    JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
            long seconds = exp.asLong();
            return seconds > 0 && seconds < 253_402_300_800L ? Instant.ofEpochSecond(seconds) : null;
        } catch (IllegalArgumentException | IOException e) {
            return null;
        }
    }

    private static String fingerprint(String base64Pem) {
        CertificateInfo certificate = firstCertificate(base64Pem);
        return certificate == null ? null : certificate.getSha256();
    }

    private static CertificateInfo firstCertificate(String base64Pem) {
        try {
            List<CertificateInfo> certificates =
                    Certificates.parsePem(Base64.getMimeDecoder().decode(base64Pem));
            return certificates.isEmpty() ? null : certificates.get(0);
        } catch (IllegalArgumentException | UnreadableCertificateException e) {
            return null;
        }
    }
}
