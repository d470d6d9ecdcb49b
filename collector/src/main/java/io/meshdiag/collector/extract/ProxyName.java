package io.meshdiag.collector.extract;

/**
 * A proxy's name, whichever of its forms a source uses.
 *
 * @param namespace empty when the source does not say
 * @param name pod name, or the host name of a VM
 */
public record ProxyName(String namespace, String name) {
    private static final int NODE_ID_PARTS = 4;

    /**
     * Reads {@code name.namespace} (syncz) or a node id {@code type~ip~name.namespace~domain}. Namespaces have no dots, names may: the last dot splits.
     */
    public static ProxyName parse(String text) {
        String[] parts = text.split("~", -1);
        String full = parts.length == NODE_ID_PARTS ? parts[2] : text;
        int dot = full.lastIndexOf('.');
        return dot < 0 ? new ProxyName("", full) : new ProxyName(full.substring(dot + 1), full.substring(0, dot));
    }
}
