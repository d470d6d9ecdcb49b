package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonPage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /debug/connections} (Istio 1.10 and later): which connection of this istiod is a proxy's. */
public final class ConnectionsPage {
    private ConnectionsPage() {}

    /**
     * The id by which this proxy alone can be asked for. istiod takes the first connection, in no order, whose id contains what it is asked for: a name
     * such as {@code web-0.shop} would also find {@code my-web-0.shop} or {@code web-0.shop-2}. So the whole id is used, and only when it is part of no
     * other.
     *
     * @return empty when the proxy has no connection here, more than one (it is reconnecting, or another cluster has a proxy of that name), or one that
     *     cannot be told from others
     */
    public static Optional<String> idOf(ProxyName proxy, InputStream page) throws IOException, UnreadablePageException {
        String prefix = proxy.name() + "." + proxy.namespace() + "-";
        List<String> alike = new ArrayList<>();
        JsonPage.read(
                page,
                root -> root.fields(key -> {
                    if (key.equals("clients")) {
                        root.elements(() -> root.fields(field -> {
                            if (field.equals("connectionid")
                                    && root.textOrEmpty().contains(prefix)) {
                                alike.add(root.textOrEmpty());
                            }
                        }));
                    }
                }));
        List<String> own = alike.stream()
                .filter(id -> id.startsWith(prefix)
                        && id.substring(prefix.length()).chars().allMatch(c -> c >= '0' && c <= '9'))
                .toList();
        return own.size() == 1
                        && alike.stream().filter(id -> id.contains(own.get(0))).count() == 1
                ? Optional.of(own.get(0))
                : Optional.empty();
    }
}
