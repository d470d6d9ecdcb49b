package io.meshdiag.collector.cluster.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.fact.SourceState;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Single objects of the API server, as they are. Its answers and its address are never repeated in an error. */
final class ApiObjects {
    private static final JsonMapper JSON = new JsonMapper();

    private final KubernetesClient client;

    ApiObjects(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Gets an object.
     *
     * @param request what is asked, in words, for the error
     * @return empty when there is none
     */
    Optional<KubernetesObject> get(String path, String request) throws UnknownIdentityException {
        return json(path, request).map(KubernetesObject::new);
    }

    /** Gets a list, of which one page is enough. */
    List<KubernetesObject> list(String path, String request) throws UnknownIdentityException {
        List<KubernetesObject> objects = new ArrayList<>();
        json(path, request)
                .ifPresent(list -> list.path("items").forEach(item -> objects.add(new KubernetesObject(item))));
        return objects;
    }

    private Optional<JsonNode> json(String path, String request) throws UnknownIdentityException {
        try {
            String answer = client.raw(path);
            return answer == null ? Optional.empty() : Optional.of(JSON.readTree(answer));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw failed(e.getCode(), request);
        } catch (JsonProcessingException e) {
            throw new UnknownIdentityException(
                    SourceState.UNREADABLE, "may not be an API server: no JSON in the answer to \"" + request + "\"");
        }
    }

    private static UnknownIdentityException failed(int code, String request) {
        return switch (code) {
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                new UnknownIdentityException(
                        SourceState.FORBIDDEN,
                        "the API server does not accept the collector's credentials (401) to " + request
                                + ": renew its token or kubeconfig");
            case HttpURLConnection.HTTP_FORBIDDEN ->
                new UnknownIdentityException(
                        SourceState.FORBIDDEN, "may not " + request + ": grant it to the collector");
            case 0 ->
                new UnknownIdentityException(
                        SourceState.UNREACHABLE,
                        "no answer from the API server to \"" + request
                                + "\": check the network between the collector and it");
            default ->
                new UnknownIdentityException(
                        SourceState.UNREACHABLE, "the API server answers " + code + " to \"" + request + "\"");
        };
    }
}
