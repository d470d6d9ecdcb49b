package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.artifact.kubernetes.Addresses;
import io.meshdiag.simulator.fleet.Istiod;
import java.io.IOException;
import java.util.List;

/** /debug/mesh: the mesh config in force. */
public final class MeshPage extends JsonPage {
    private final Istiod istiod;

    public MeshPage(Istiod istiod) {
        super(istiod.folder() + "debug/mesh", true);
        this.istiod = istiod;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        json.writePOJO(Tree.of(
                "proxyListenPort",
                15001,
                "connectTimeout",
                "10s",
                "protocolDetectionTimeout",
                "0s",
                "ingressClass",
                "istio",
                "ingressService",
                "istio-ingressgateway",
                "ingressControllerMode",
                "STRICT",
                "accessLogFile",
                "/dev/stdout",
                "defaultConfig",
                Tree.of(
                        "configPath", "./etc/istio/proxy",
                        "binaryPath", "/usr/local/bin/envoy",
                        "serviceCluster", "istio-proxy",
                        "drainDuration", "45s",
                        "discoveryAddress", Addresses.istiod(istiod.pod().revision()),
                        "proxyAdminPort", 15000,
                        "controlPlaneAuthPolicy", "MUTUAL_TLS",
                        "statNameLength", 189,
                        "statusPort", 15020,
                        "terminationDrainDuration", "5s",
                        "meshId", istiod.settings().mesh()),
                "outboundTrafficPolicy",
                Tree.of("mode", "ALLOW_ANY"),
                "enableAutoMtls",
                true,
                "trustDomain",
                istiod.cluster().trust().domain(),
                "trustDomainAliases",
                istiod.cluster().trust().aliases().isEmpty()
                        ? null
                        : istiod.cluster().trust().aliases(),
                "defaultServiceExportTo",
                List.of("*"),
                "defaultVirtualServiceExportTo",
                List.of("*"),
                "defaultDestinationRuleExportTo",
                List.of("*"),
                "rootNamespace",
                "istio-system",
                "localityLbSetting",
                Tree.of("enabled", true),
                "dnsRefreshRate",
                "60s",
                "enablePrometheusMerge",
                true));
    }
}
