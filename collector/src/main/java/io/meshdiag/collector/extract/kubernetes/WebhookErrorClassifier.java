package io.meshdiag.collector.extract.kubernetes;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.meshdiag.fact.WebhookErrorClass;
import java.util.List;
import java.util.regex.Pattern;

/** Class of the cause of a failed admission call: the words of Go's net/http and crypto, and of the API server. First match wins. */
final class WebhookErrorClassifier {
    private record Entry(Pattern cause, WebhookErrorClass errorClass) {}

    private static final List<Entry> TABLE = List.of(
            entry("denied the request", WebhookErrorClass.DENIED),
            entry("no endpoints available for service", WebhookErrorClass.NO_ENDPOINTS),
            entry("service ['\"][^'\"]*['\"] not found", WebhookErrorClass.NO_SERVICE),
            entry("x509: certificate signed by unknown authority", WebhookErrorClass.BAD_CA),
            entry("x509: certificate has expired or is not yet valid", WebhookErrorClass.BAD_CERT),
            entry("x509: certificate is (not )?valid for", WebhookErrorClass.BAD_CERT),
            entry("x509:", WebhookErrorClass.BAD_CERT),
            entry(
                    "context deadline exceeded|Client\\.Timeout exceeded|i/o timeout|TLS handshake timeout",
                    WebhookErrorClass.TIMEOUT),
            entry("net/http: request canceled", WebhookErrorClass.TIMEOUT),
            entry("connection refused", WebhookErrorClass.REFUSED),
            entry("no route to host|network is unreachable|connection reset by peer", WebhookErrorClass.NETWORK),
            entry(
                    "failed to load admission webhook|unable to decode response|unknown response type|expected webhook response",
                    WebhookErrorClass.VERSION),
            entry("could not find the requested resource|\\b404\\b", WebhookErrorClass.WRONG_PATH),
            entry(
                    "Service Unavailable|Internal Server Error\\b|an error on the server|unexpected response code: (503|407)",
                    WebhookErrorClass.PROXY),
            entry("\\bEOF\\b|server gave HTTP response to HTTPS client", WebhookErrorClass.PROTOCOL));

    private WebhookErrorClassifier() {}

    /** The class of a cause; OTHER when no known words are in it. */
    static WebhookErrorClass classify(String cause) {
        return TABLE.stream()
                .filter(e -> e.cause.matcher(cause).find())
                .map(Entry::errorClass)
                .findFirst()
                .orElse(WebhookErrorClass.OTHER);
    }

    private static Entry entry(String cause, WebhookErrorClass errorClass) {
        return new Entry(Pattern.compile(cause, CASE_INSENSITIVE), errorClass);
    }
}
