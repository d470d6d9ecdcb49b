package io.meshdiag.processor.scope;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.processor.detect.Running;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which versions of Istio run in a cluster. */
final class VersionRollup {
    private static final int TOLD = 50;
    /** An image's variant is the same build in another box. */
    private static final Pattern VARIANT = Pattern.compile("-(distroless|debug)$");

    private VersionRollup() {}

    /** Versions of istiods, and of the proxies that they list; each once, sorted. */
    static List<ComponentVersion> of(List<ClusterProfile> profiles, List<ProxyStatus> proxies) {
        Stream<ComponentVersion> istiods = profiles.stream()
                .flatMap(profile -> profile.getControlPlanes().stream())
                .map(ControlPlane::getVersion)
                .filter(Objects::nonNull)
                .map(tag -> new ComponentVersion(
                        Running.ISTIOD, VARIANT.matcher(tag).replaceFirst("")));
        Stream<ComponentVersion> listed = proxies.stream()
                .map(ProxyStatus::getIstioVersion)
                .filter(Objects::nonNull)
                .map(version -> new ComponentVersion(Running.PROXY, version));
        return Stream.concat(istiods, listed)
                .distinct()
                .sorted(Comparator.comparing(ComponentVersion::getComponent)
                        .thenComparing(ComponentVersion::getVersion))
                .limit(TOLD)
                .toList();
    }
}
