package io.meshdiag.collector.cluster.pods;

import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The service account token that istiod wants from callers outside its pod: audience {@code istio-ca}, projected into a file, which the kubelet
 * renews. It is shown to debug ports of istiod only; anybody may label a pod, so the pod's namespace counts too.
 *
 * @param file where the token is
 * @param namespaces where istiod runs
 * @param clusterId header "clusterid": the remote cluster whose token it is; null when it is of istiod's own cluster
 * @param caFile PEM certificates that the server's must come from; null = plain HTTP, which is what istiod serves
 */
public record IstiodToken(Path file, Set<String> namespaces, String clusterId, Path caFile) {
    /** Where the manifests project it. */
    public static final IstiodToken DEFAULT =
            new IstiodToken(Path.of("/var/run/secrets/meshdiag/istio-token/token"), Set.of("istio-system"), null, null);

    private static final Set<Integer> DEBUG_PORTS = Set.of(8080, 15014);
    private static final int MAX_BYTES = 64 * 1024;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

    public IstiodToken {
        namespaces = Set.copyOf(namespaces);
    }

    /** Metrics are for everybody: the token is not sent where it is not asked for. */
    boolean meantFor(Pod pod, int port, String path) {
        return path.startsWith("/debug/") && at(pod, port);
    }

    /** True for a port that the settings of this record are about. */
    boolean at(Pod pod, int port) {
        return PodRole.of(pod) == PodRole.ISTIOD && DEBUG_PORTS.contains(port) && namespaces.contains(pod.namespace());
    }

    /** Reads the file each time, so that a renewed token is used at once. */
    String read() throws PageException {
        try (InputStream in = Files.newInputStream(file)) {
            String token = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII).strip();
            if (TOKEN.matcher(token).matches()) {
                return token;
            }
            throw new PageException(SourceState.FORBIDDEN, "what is in " + file + " is no token");
        } catch (IOException e) {
            throw new PageException(
                    SourceState.FORBIDDEN,
                    "there is no readable token of audience istio-ca (" + file
                            + "); project one into the collector's pod, or let it use pods/portforward");
        }
    }
}
