package io.meshdiag.processor.detect;

import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.processor.view.ScopeView.Row;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Components of Istio whose versions findings name. */
public final class Running {
    public static final String ISTIOD = "istiod";
    public static final String PROXY = "proxy";

    private Running() {}

    /** The version of these proxies, from their rows; empty when they run several, or none is told. */
    public static List<ComponentVersion> proxies(Stream<? extends Row<?>> rows) {
        return only(PROXY, rows.map(Running::proxy).filter(Objects::nonNull));
    }

    /** The version of a component; empty when it runs in several, or none is told. */
    public static List<ComponentVersion> only(String component, Stream<String> versions) {
        List<String> distinct = versions.distinct().toList();
        return distinct.size() == 1 ? List.of(new ComponentVersion(component, distinct.get(0))) : List.of();
    }

    private static String proxy(Row<?> row) {
        if (row.fact() instanceof ProxyStatus status) {
            return status.getIstioVersion();
        }
        return row.fact() instanceof ProxyConfig config ? config.getIstioVersion() : null;
    }
}
