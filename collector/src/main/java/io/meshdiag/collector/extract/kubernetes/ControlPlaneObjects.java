package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CertificateInfo;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What istiod is made of, beside its pods: Deployments, mesh config, the Secret with its CA. Methods that take something say whether it is news. */
final class ControlPlaneObjects {
    /** cacerts wins: istiod uses it when it is there. */
    private static final List<String> CA_SECRETS = List.of("cacerts", "istio-ca-secret");

    /** Kubernetes copies what clients of its API server trust into every namespace (1.20+). */
    private static final String API_SERVER_CA = "kube-root-ca.crt";

    private final Map<String, ControlPlaneDeployment> deployments = new TreeMap<>();
    private final Map<String, MeshConfig> written = new TreeMap<>();
    private final Set<String> caSecrets = new TreeSet<>();
    private MeshConfig effective;
    private String apiServerCa;

    boolean deployment(String key, KubernetesObject object) {
        if (!ControlPlaneDeployment.matches(object)) {
            return deployments.remove(key) != null;
        }
        ControlPlaneDeployment deployment = ControlPlaneDeployment.of(object);
        return !deployment.equals(deployments.put(key, deployment));
    }

    /** What istiod cannot read it ignores too, and runs with what it had; /debug/mesh tells that. */
    boolean configMap(String key, KubernetesObject object) {
        if (object.name().equals(API_SERVER_CA)) {
            String ca = firstCertificate(object);
            boolean news = ca != null && !ca.equals(apiServerCa);
            apiServerCa = news ? ca : apiServerCa;
            return news;
        }
        boolean named = object.name().equals("istio") || object.name().startsWith("istio-");
        MeshConfig config = named ? WrittenMeshConfig.of(object) : null;
        return config != null && !config.equals(written.put(key, config));
    }

    /** SHA-256 of what remote secrets of this cluster hold as CA; null when it was not seen. */
    String apiServerCa() {
        return apiServerCa;
    }

    private static String firstCertificate(KubernetesObject configMap) {
        try {
            List<CertificateInfo> certificates = Certificates.parsePem(
                    configMap.json().path("data").path("ca.crt").asText());
            return certificates.isEmpty() ? null : certificates.get(0).getSha256();
        } catch (UnreadableCertificateException e) {
            return null;
        }
    }

    boolean secret(String key, String name) {
        return isCa(name) && caSecrets.add(key);
    }

    boolean effective(MeshConfig config) {
        boolean news = !config.equals(effective);
        effective = config;
        return news;
    }

    boolean remove(String kind, String key) {
        return switch (kind) {
            case "Deployment" -> deployments.remove(key) != null;
            case "ConfigMap" -> written.remove(key) != null;
            case "Secret" -> caSecrets.remove(key);
            default -> false;
        };
    }

    static boolean isCa(String secret) {
        return CA_SECRETS.contains(secret);
    }

    Collection<ControlPlaneDeployment> deployments() {
        return deployments.values();
    }

    /** The effective mesh config, else that of a ConfigMap named istio, else any; null when none was seen. */
    MeshConfig meshConfig() {
        return effective != null
                ? effective
                : written.entrySet().stream()
                        .min(Comparator.comparing(e -> !e.getKey().endsWith("/istio")))
                        .map(Map.Entry::getValue)
                        .orElse(null);
    }

    /** Name of the Secret with istiod's CA in one of these namespaces; null when no such name was seen. */
    String caSecret(Set<String> namespaces) {
        return CA_SECRETS.stream()
                .filter(name -> namespaces.stream().anyMatch(ns -> caSecrets.contains(ns + "/" + name)))
                .findFirst()
                .orElse(null);
    }
}
