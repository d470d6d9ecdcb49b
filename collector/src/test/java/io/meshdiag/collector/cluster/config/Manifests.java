package io.meshdiag.collector.cluster.config;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The manifests of deploy/cluster, as an operator applies them. */
final class Manifests {
    private static final Path FOLDER = Path.of("..", "deploy", "cluster");

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Manifests() {}

    /** One combination that the manifests grant; namespaced = in the control plane's namespace only; name is empty for all. */
    record Grant(String group, String resource, String verb, String name, boolean namespaced) {}

    static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files of rights; those that are switched off too. */
    static List<String> rights() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("rbac"))) {
            return files.map(file -> "rbac/" + file.getFileName()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<HasMetadata> objects(String yaml) {
        return Arrays.stream(yaml.split("(?m)^---\\n"))
                .map(document -> YAML.<HasMetadata>unmarshal(document))
                .toList();
    }

    static List<Grant> grants(String yaml) {
        List<Grant> grants = new ArrayList<>();
        for (HasMetadata object : objects(yaml)) {
            if (object instanceof ClusterRole role) {
                role.getRules().forEach(rule -> grants.addAll(grants(rule, false)));
            } else if (object instanceof Role role) {
                role.getRules().forEach(rule -> grants.addAll(grants(rule, true)));
            }
        }
        return grants;
    }

    private static List<Grant> grants(PolicyRule rule, boolean namespaced) {
        List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
        List<Grant> grants = new ArrayList<>();
        for (String group : rule.getApiGroups()) {
            for (String resource : rule.getResources()) {
                for (String verb : rule.getVerbs()) {
                    names.forEach(name -> grants.add(new Grant(group, resource, verb, name, namespaced)));
                }
            }
        }
        return grants;
    }
}
