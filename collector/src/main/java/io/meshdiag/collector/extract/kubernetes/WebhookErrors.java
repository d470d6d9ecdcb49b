package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * WebhookError: events FailedCreate whose text names one of Istio's webhooks. The texts are the API server's
 * ({@code failed calling webhook "…": failed to call webhook: Post "…": cause}) since Kubernetes 1.9.
 */
final class WebhookErrors {
    private static final Pattern CALL = Pattern.compile(
            "failed calling (?:admission )?webhook \"(?<entry>[^\"]{1,253})\":(?<cause>.*)", Pattern.DOTALL);
    private static final Pattern DENIED = Pattern.compile(
            "admission webhook \"(?<entry>[^\"]{1,253})\" (?<cause>denied the request.*)", Pattern.DOTALL);
    private static final Pattern URL =
            Pattern.compile("https?://(?<host>[^/:\\s\"?]{1,253})(?::\\d+)?(?<path>/[^\\s\"?:]{0,500})?[^\\s\"]*\"?:?");
    private static final Pattern SERVICE = Pattern.compile("(?<name>[^.]+)\\.(?<ns>[^.]+)\\.svc.*");
    private static final Pattern NAMED = Pattern.compile("(?i)service ['\"](?<name>[^'\"/]{1,253})['\"]");

    /** The table prints kinds in lower case. */
    private static final Map<String, String> KINDS = Map.of(
            "replicaset", "ReplicaSet",
            "statefulset", "StatefulSet",
            "daemonset", "DaemonSet",
            "deployment", "Deployment",
            "job", "Job",
            "pod", "Pod");

    private WebhookErrors() {}

    /** The fact of an event; empty when it is about something else. Not yet stamped: equal subjects are summed up first. */
    static Optional<WebhookError> of(Event event, Origin origin) {
        if (!event.reason().equals("FailedCreate")) {
            return Optional.empty();
        }
        Matcher call = CALL.matcher(event.message());
        Matcher found = call.find() ? call : DENIED.matcher(event.message());
        if (found != call && !found.find()) {
            return Optional.empty();
        }
        String entry = found.group("entry");
        String cause = found.group("cause");
        Matcher url = URL.matcher(cause);
        String host = "";
        String path = "";
        if (url.find()) {
            host = url.group("host");
            path = url.group("path") == null ? "" : url.group("path");
            cause = cause.substring(0, url.start()) + cause.substring(url.end());
        }
        Matcher service = SERVICE.matcher(host);
        boolean isService = service.matches();
        Matcher named = NAMED.matcher(cause);
        String serviceName = isService ? service.group("name") : named.find() ? named.group("name") : null;
        if (!isIstios(entry, serviceName)) {
            return Optional.empty();
        }
        WebhookErrorClass errorClass = WebhookErrorClassifier.classify(cause);
        return Optional.of(WebhookError.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:Event").header())
                .setWebhook(Redactor.clean(entry, 253))
                .setErrorClass(errorClass)
                .setOperation(operation(path, entry))
                .setServiceNamespace(isService ? Redactor.clean(service.group("ns"), 253) : null)
                .setServiceName(serviceName == null ? null : Redactor.clean(serviceName, 253))
                .setObjectKind(KINDS.getOrDefault(event.objectKind(), event.objectKind()))
                .setObjectNamespace(event.namespace())
                .setObjectName(event.objectName())
                .setMessage(Redactor.clean(event.message(), 1000))
                .setCount(event.count())
                .setFirstAt(event.first())
                .setLastAt(event.last())
                .build());
    }

    private static boolean isIstios(String entry, String service) {
        return entry.endsWith("istio.io") || (service != null && service.startsWith("istiod"));
    }

    private static String operation(String path, String entry) {
        if (path.startsWith("/inject") || entry.endsWith("sidecar-injector.istio.io")) {
            return "inject";
        }
        return path.startsWith("/validate") || entry.endsWith("validation.istio.io") ? "validate" : "";
    }
}
