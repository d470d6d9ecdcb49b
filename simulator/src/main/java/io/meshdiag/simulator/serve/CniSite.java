package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.fleet.Settings;

/** Port 15014 of an agent of istio-cni-node: nothing went wrong there. */
record CniSite(Settings settings) implements Site {
    @Override
    public byte[] page(String pathAndQuery) {
        return switch (Request.of(pathAndQuery).path()) {
            case "/metrics" -> Pages.text("""
                    # TYPE istio_build gauge
                    istio_build{component="cni",tag="%s"} 1
                    # TYPE istio_cni_install_ready gauge
                    istio_cni_install_ready 1
                    # TYPE istio_cni_installs_total counter
                    istio_cni_installs_total{result="SUCCESS"} 1
                    """.formatted(settings.istioVersion()));
            case "/readyz" -> Pages.text("");
            default -> null;
        };
    }
}
