package io.meshdiag.collector.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Makes clients of API servers.
 *
 * <ul>
 *   <li>HTTP/1.1: a connection that died silently costs one request. With HTTP/2 the JDK's client sends all requests into it until TCP gives up.
 *   <li>Watches over web sockets: fabric8's plain HTTP watches decode each chunk of bytes alone and break on text that is not ASCII.
 *   <li>No compression: the API server is near, and compressing costs it more than the bytes do.
 *   <li>Failed requests are not repeated by the client: who asked knows better how long to wait.
 * </ul>
 */
public final class Clients {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration REQUEST = Duration.ofSeconds(30);

    private Clients() {}

    /**
     * A client with the credentials of the pod that this runs in.
     *
     * @param version of meshdiag, for the user agent
     */
    public static KubernetesClient inCluster(String version) {
        return of(Config.autoConfigure(null), version);
    }

    /**
     * A client for a context of a kubeconfig.
     *
     * @param context null = the file's current context
     * @param version of meshdiag, for the user agent
     * @throws IllegalArgumentException when the file cannot be read or has no such context; says which it has
     */
    public static KubernetesClient ofContext(Path kubeconfig, String context, String version) {
        return of(config(kubeconfig, context), version);
    }

    private static Config config(Path kubeconfig, String context) {
        if (!Files.isReadable(kubeconfig)) {
            throw new IllegalArgumentException(
                    "the kubeconfig " + kubeconfig + " cannot be read: check the path and its permissions");
        }
        Config config;
        try {
            config = Config.fromKubeconfig(context, kubeconfig.toFile());
        } catch (RuntimeException e) {
            // Whatever its parser throws, without the cause: its text repeats the file's, which holds credentials.
            throw new IllegalArgumentException("the kubeconfig " + kubeconfig + " is not one: it is not readable YAML");
        }
        List<String> contexts = config.getContexts() == null
                ? List.of()
                : config.getContexts().stream()
                        .map(NamedContext::getName)
                        .sorted()
                        .toList();
        if (context != null && !contexts.contains(context)) {
            throw new IllegalArgumentException("the kubeconfig " + kubeconfig + " has no context '" + context
                    + "'; it has " + (contexts.isEmpty() ? "none" : String.join(", ", contexts)));
        }
        return config;
    }

    /** A client with this configuration; timeouts and retries are set here. */
    public static KubernetesClient of(Config base, String version) {
        Config config = new ConfigBuilder(base)
                .withUserAgent("meshdiag/" + version)
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withRequestTimeout((int) REQUEST.toMillis())
                .withRequestRetryBackoffLimit(0)
                .withHttp2Disable(true)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withKubernetesSerialization(serialization())
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor("meshdiag-secret-metadata", new SecretMetadata()))
                .build();
    }

    /** Decodes all kinds alike, keeps no classes of kinds in memory, and reads past what does not fit. */
    private static KubernetesSerialization serialization() {
        JsonMapper mapper = JsonMapper.builder()
                .addMixIn(ManagedFieldsEntry.class, WithoutFields.class)
                .addHandler(new ReadPast())
                .build();
        KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
        serialization.registerKubernetesResource("v1", "Status", Status.class);
        return serialization;
    }

    /** Who wrote is of interest, what is bulk. */
    @JsonIgnoreProperties("fieldsV1")
    private interface WithoutFields {}

    /** A value of the wrong type is null: it costs itself, not the list that it is in. */
    private static final class ReadPast extends DeserializationProblemHandler {
        @Override
        public Object handleUnexpectedToken(
                DeserializationContext context, JavaType type, JsonToken token, JsonParser parser, String message)
                throws IOException {
            parser.skipChildren();
            return null;
        }

        @Override
        public Object handleMissingInstantiator(
                DeserializationContext context,
                Class<?> type,
                ValueInstantiator instantiator,
                JsonParser parser,
                String message)
                throws IOException {
            parser.skipChildren();
            return null;
        }

        @Override
        public Object handleWeirdStringValue(
                DeserializationContext context, Class<?> type, String value, String message) {
            return null;
        }
    }

    /** A Secret that is asked for by its name is not to be read: only its metadata leaves the API server. */
    private static final class SecretMetadata implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            String query = String.valueOf(request.uri().getQuery());
            if (request.uri().getPath().endsWith("/secrets") && query.contains("fieldSelector=metadata.name")) {
                String as = query.contains("watch=true") ? "PartialObjectMetadata" : "PartialObjectMetadataList";
                builder.setHeader("Accept", "application/json;as=" + as + ";g=meta.k8s.io;v=1");
            }
        }
    }
}
