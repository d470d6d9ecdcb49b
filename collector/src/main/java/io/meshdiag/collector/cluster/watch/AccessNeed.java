package io.meshdiag.collector.cluster.watch;

import java.util.List;

/**
 * One thing that is asked of the API server, in the words of an RBAC rule.
 *
 * @param apiGroup empty for the core group
 * @param resource with its subresource, for example "pods/log"
 * @param namespace a Role there is enough; null = a ClusterRole is needed
 * @param resourceNames only these; empty = all. RBAC lets a list or watch through when its field selector asks for one of these names
 */
public record AccessNeed(
        String apiGroup, String resource, List<String> verbs, String namespace, List<String> resourceNames) {
    public AccessNeed {
        verbs = List.copyOf(verbs);
        resourceNames = List.copyOf(resourceNames);
    }
}
