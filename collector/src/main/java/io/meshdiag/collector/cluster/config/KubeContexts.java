package io.meshdiag.collector.cluster.config;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.config.ConfigException;
import io.meshdiag.schema.Printable;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the clusters that are meant, as kubectl does: a file that is named, else KUBECONFIG (which may list several), else the cluster that this
 * program runs in, else ~/.kube/config. Of several files, the first that has the context counts, whole.
 */
public final class KubeContexts {
    private static final Path SERVICE_ACCOUNT = Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH);

    private final List<File> files;
    private final List<String> problems = new ArrayList<>();

    private KubeContexts(List<File> files) {
        this.files = files;
    }

    /**
     * Reads kubeconfigs, and connects to nothing.
     *
     * @throws ConfigException with every context that does not exist
     */
    public static List<ClusterTarget> resolve(CollectorConfig config, Map<String, String> environment) {
        String listed = config.kubeconfig().isEmpty()
                ? environment.getOrDefault("KUBECONFIG", "").strip()
                : config.kubeconfig();
        boolean inCluster = environment.containsKey("KUBERNETES_SERVICE_HOST") && Files.isReadable(SERVICE_ACCOUNT);
        if (listed.isEmpty() && config.contexts().isEmpty() && inCluster) {
            return List.of(new ClusterTarget(ClusterTarget.IN_CLUSTER, Config.autoConfigure(null)));
        }
        List<File> files = listed.isEmpty()
                ? List.of(Path.of(environment.getOrDefault("HOME", "."), ".kube", "config")
                        .toFile())
                : Arrays.stream(listed.split(File.pathSeparator))
                        .filter(name -> !name.isBlank())
                        .map(File::new)
                        .toList();
        return new KubeContexts(files).targets(config.contexts());
    }

    private List<ClusterTarget> targets(List<String> contexts) {
        List<ClusterTarget> targets = new ArrayList<>();
        List<File> readable = files.stream().filter(File::canRead).toList();
        if (readable.isEmpty()) {
            problems.add("no kubeconfig can be read (" + String.join(", ", names())
                    + "), and this is not a pod with a service account; give --kubeconfig FILE");
        } else if (contexts.isEmpty()) {
            current(readable)
                    .ifPresentOrElse(
                            targets::add,
                            () -> problems.add(String.join(", ", names())
                                    + " has no current context; give --context NAME, of " + known(readable)));
        } else {
            for (String context : new LinkedHashSet<>(contexts)) {
                find(readable, context)
                        .ifPresentOrElse(
                                targets::add,
                                () -> problems.add("there is no context "
                                        + Printable.shorten(context, 100) + " in " + String.join(", ", names())
                                        + "; there are "
                                        + known(readable)));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return targets;
    }

    private Optional<ClusterTarget> current(List<File> readable) {
        return readable.stream()
                .map(file -> read(null, file))
                .filter(config -> config.getCurrentContext() != null)
                .map(config -> new ClusterTarget(config.getCurrentContext().getName(), config))
                .findFirst();
    }

    /** The client takes the current context when it does not find the one it is asked for, which would be another cluster. */
    private Optional<ClusterTarget> find(List<File> readable, String context) {
        return readable.stream()
                .map(file -> read(context, file))
                .filter(config -> config.getCurrentContext() != null
                        && context.equals(config.getCurrentContext().getName()))
                .map(config -> new ClusterTarget(context, config))
                .findFirst();
    }

    private Config read(String context, File file) {
        try {
            return Config.fromKubeconfig(context, file);
        } catch (KubernetesClientException e) {
            problems.add(file + " is no kubeconfig; check the file with kubectl --kubeconfig " + file + " config view");
            return Config.empty();
        }
    }

    private String known(List<File> readable) {
        TreeSet<String> names = new TreeSet<>();
        readable.forEach(file -> read(null, file).getContexts().stream()
                .map(NamedContext::getName)
                .forEach(names::add));
        return names.isEmpty() ? "none" : Printable.shorten(String.join(", ", names), 500);
    }

    private List<String> names() {
        return files.stream().map(File::toString).toList();
    }
}
