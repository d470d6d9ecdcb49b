package io.meshdiag.collector.extract.json;

/** Names of fields as Istio's and Envoy's pages spell them. */
public final class Keys {
    private Keys() {}

    /**
     * One spelling for {@code dynamic_active_clusters} (Envoy), {@code dynamicActiveClusters} (istiod, istioctl) and {@code DynamicActiveClusters}
     * (Go structs): lower case without underscores. Files saved by hand mix them inside one document.
     */
    public static String canonical(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '_') {
                out.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
            }
        }
        return out.toString();
    }
}
