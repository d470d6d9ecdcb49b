package io.meshdiag.collector.cluster.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshdiag.fact.SourceState;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/**
 * A request to the API server that failed: what it means for coverage and what to do. Neither the server's address nor its answer is repeated: the
 * answer to a question about Secrets may hold them.
 *
 * @param code HTTP status; 0 when there was no answer
 * @param retryAfter how long the server wants to be left alone; zero when it did not say
 */
record ApiFailure(SourceState state, int code, String detail, Duration retryAfter) {
    private static final int TOO_MANY_REQUESTS = 429;

    /** @param question what was asked, in words, with what to grant when it is refused */
    static ApiFailure of(Throwable failure, Question question) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KubernetesClientException answer && answer.getCode() != 0) {
                return answered(answer, question);
            }
            if (cause instanceof JsonProcessingException) {
                return new ApiFailure(
                        SourceState.UNREADABLE, 0, "the API server's answer is not readable JSON", Duration.ZERO);
            }
        }
        return new ApiFailure(
                SourceState.UNREACHABLE,
                0,
                "no answer from the API server (" + root(failure).getClass().getSimpleName()
                        + "): check the network between the collector and it",
                Duration.ZERO);
    }

    private static ApiFailure answered(KubernetesClientException answer, Question question) {
        int code = answer.getCode();
        Duration retryAfter = Optional.ofNullable(answer.getStatus())
                .map(Status::getDetails)
                .map(StatusDetails::getRetryAfterSeconds)
                .map(Duration::ofSeconds)
                .orElse(Duration.ZERO);
        return switch (code) {
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                new ApiFailure(
                        SourceState.FORBIDDEN,
                        code,
                        "the API server does not accept the collector's credentials (401): renew its token or kubeconfig",
                        retryAfter);
            case HttpURLConnection.HTTP_FORBIDDEN ->
                new ApiFailure(SourceState.FORBIDDEN, code, question.refused(), retryAfter);
            case HttpURLConnection.HTTP_NOT_FOUND ->
                new ApiFailure(SourceState.MISSING, code, "the API server does not serve it (404)", retryAfter);
            case TOO_MANY_REQUESTS ->
                new ApiFailure(
                        SourceState.UNREACHABLE,
                        code,
                        "the API server is overloaded and asks to wait (429)",
                        retryAfter);
            default -> new ApiFailure(SourceState.UNREACHABLE, code, "the API server answers " + code, retryAfter);
        };
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** The history that a watch or a list wanted to go on with is gone: it has to begin anew. */
    boolean gone() {
        return code == HttpURLConnection.HTTP_GONE;
    }

    /** For fabric8, which logs it: with the code that it acts upon, without the text. */
    KubernetesClientException forInformer() {
        return new Told(detail, code);
    }

    /** Says what was asked. */
    record Question(String verb, AccessNeed need) {
        String refused() {
            return "may not " + verb + " " + need.resource() + (need.apiGroup().isEmpty() ? "" : "." + need.apiGroup())
                    + ": grant verbs " + String.join(" and ", need.verbs())
                    + (need.resourceNames().isEmpty() ? "" : " on " + String.join(", ", need.resourceNames()))
                    + (need.namespace() == null
                            ? " to the collector by a ClusterRole"
                            : " to the collector by a Role in namespace " + need.namespace());
        }
    }

    /** Has no stack trace: it is one of many, and where it was made says nothing. */
    private static final class Told extends KubernetesClientException {
        private static final long serialVersionUID = 1L;

        Told(String detail, int code) {
            super(detail, code, null);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
