package io.meshdiag.collector.cluster.pods;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Istio's own request commands, run in the pod's container through the API server. */
final class ExecWay implements PageWay {
    private static final String RESOURCE = "pods/exec";

    private final KubernetesClient client;

    ExecWay(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public boolean reaches(Pod pod, int port) {
        return !IstioCommand.asking(pod, port, "/").isEmpty();
    }

    @Override
    public InputStream get(Pod pod, int port, String path, PageLimits limits)
            throws PageException, InterruptedException {
        List<String> command = IstioCommand.asking(pod, port, path);
        return run(
                pod, command.get(0), limits, command.subList(1, command.size()).toArray(String[]::new));
    }

    InputStream run(Pod pod, String container, PageLimits limits, String... command)
            throws PageException, InterruptedException {
        IstioCommand.check(command);
        CommandOutput output = start(pod, container, limits, command);
        BufferedInputStream body = new BufferedInputStream(output);
        boolean answered = false;
        try {
            CommandComplaint complaint = CommandComplaint.at(body);
            if (complaint != null) {
                throw complaint.notFound()
                        ? Refusal.of(pod, Way.EXEC, "/", 404, "", complaint.body())
                        : output.failure(pod, complaint.words());
            }
            answered = true;
            return new PageStream(body, output, limits);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw output.failure(pod, "");
        } finally {
            if (!answered) {
                output.close();
            }
        }
    }

    private CommandOutput start(Pod pod, String container, PageLimits limits, String... command)
            throws PageException, InterruptedException {
        try {
            return new CommandOutput(limits.idle(), (out, error) -> client.pods()
                    .inNamespace(pod.namespace())
                    .withName(pod.name())
                    .inContainer(container)
                    .writingOutput(out)
                    .writingError(error)
                    .exec(command));
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            PageException refused = ApiRefusal.of(e, RESOURCE, pod);
            throw refused != null
                    ? refused
                    : new PageException(SourceState.UNREACHABLE, "exec: the API server could not run the command");
        }
    }
}
