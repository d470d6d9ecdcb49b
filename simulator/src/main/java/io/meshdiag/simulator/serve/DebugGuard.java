package io.meshdiag.simulator.serve;

import java.util.Arrays;
import java.util.List;

/**
 * Who may read istiod's debug pages over the pod's address (istio-formats.md a.1): callers with a token of the audience
 * istio-ca that the API server vouches for, and in newer versions only those of istiod's own namespace.
 */
record DebugGuard(ApiServer api, String istioVersion) {
    private static final List<String> SCHEMES = List.of("Bearer ", "Istio ");
    private static final String OWN = "system:serviceaccount:istio-system:";
    /** For proxies of the caller's namespace; which proxies is not looked at here. */
    private static final List<String> OPEN = List.of("/debug/config_dump", "/debug/ndsz", "/debug/edsz");

    /** Status of the answer: 200, 401 or 403. */
    int check(String authorization, String request) {
        String token = SCHEMES.stream()
                .filter(scheme -> authorization != null && authorization.startsWith(scheme))
                .map(scheme -> authorization.substring(scheme.length()))
                .findFirst()
                .orElse("");
        String user = token.isEmpty() ? "" : api.review(token, "istio-ca");
        if (!user.startsWith("system:serviceaccount:")) {
            return 401;
        }
        boolean open = OPEN.stream().anyMatch(request::startsWith);
        return user.startsWith(OWN) || open || !checksNamespaces() ? 200 : 403;
    }

    /** Since 1.27.6, 1.28.4 and 1.29.0. */
    private boolean checksNamespaces() {
        int[] version = Arrays.stream(istioVersion.split("\\."))
                .mapToInt(Integer::parseInt)
                .toArray();
        return switch (version[1]) {
            case 27 -> version[2] >= 6;
            case 28 -> version[2] >= 4;
            default -> version[1] >= 29;
        };
    }
}
