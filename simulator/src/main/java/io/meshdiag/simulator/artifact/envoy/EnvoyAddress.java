package io.meshdiag.simulator.artifact.envoy;

import io.meshdiag.simulator.artifact.Tree;
import java.util.Map;

/** Envoy's Address messages. */
final class EnvoyAddress {
    private EnvoyAddress() {}

    static Map<String, Object> socket(String address, int port) {
        return Tree.of("socket_address", Tree.of("address", address, "port_value", port));
    }
}
