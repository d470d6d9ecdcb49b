package io.meshdiag.simulator.fleet;

import io.meshdiag.simulator.pki.Authority;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * By whom a cluster's workloads are signed and whom they trust: as istiod has it now, and as namespaces and proxies still have it that istiod has
 * not reached since.
 */
public final class Trust {
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final Map<String, List<X509CertificateHolder>> staleNamespaces = new HashMap<>();
    private final Map<String, Held> staleProxies = new HashMap<>();
    private final Map<String, Duration> ages = new HashMap<>();
    private Authority signer;
    private List<X509CertificateHolder> bundle;
    private String domain = "cluster.local";
    private List<String> aliases = List.of();

    /** What a proxy got when it last asked. */
    private record Held(Authority signer, List<X509CertificateHolder> bundle) {}

    Trust(Authority signer) {
        signWith(signer);
    }

    /** What istiod signs with. */
    public Authority signer() {
        return signer;
    }

    /** Roots that istiod hands out. */
    public List<X509CertificateHolder> bundle() {
        return bundle;
    }

    /** From now on istiod signs with this authority and hands out its root alone. */
    public void signWith(Authority other) {
        signer = other;
        bundle = List.of(other.root());
    }

    /** From now on istiod hands out these roots. */
    public void handOut(List<X509CertificateHolder> roots) {
        bundle = List.copyOf(roots);
    }

    /** This namespace keeps a copy of these roots. */
    public void leaveBehind(String namespace, List<X509CertificateHolder> roots) {
        staleNamespaces.put(namespace, List.copyOf(roots));
    }

    /** This proxy keeps the certificate and the roots that istiod gives now, whatever istiod does afterwards. */
    public void leaveBehind(Proxy proxy) {
        staleProxies.put(proxy.id(), new Held(signer, bundle));
    }

    /** This proxy's certificate was issued so long ago. */
    public void age(Proxy proxy, Duration age) {
        ages.put(proxy.id(), age);
    }

    /** ConfigMap istio-ca-root-cert of the namespace. */
    public List<X509CertificateHolder> bundleOf(String namespace) {
        return staleNamespaces.getOrDefault(namespace, bundle);
    }

    /** Envoy's secret ROOTCA. */
    public List<X509CertificateHolder> bundleOf(Proxy proxy) {
        Held held = staleProxies.get(proxy.id());
        return held == null ? bundle : held.bundle();
    }

    /** The proxy's certificate, leaf first, root last. */
    public List<X509CertificateHolder> certificateOf(Proxy proxy, Instant now) {
        Held held = staleProxies.get(proxy.id());
        Instant from = now.minus(ages.getOrDefault(proxy.id(), Duration.ofHours(6)));
        return (held == null ? signer : held.signer()).workload(spiffeId(proxy), from, from.plus(LIFETIME));
    }

    public String spiffeId(Proxy proxy) {
        return "spiffe://" + domain + "/ns/" + proxy.namespace() + "/sa/" + proxy.serviceAccount();
    }

    public String domain() {
        return domain;
    }

    public void domain(String other) {
        domain = other;
    }

    /** meshConfig.trustDomainAliases. */
    public List<String> aliases() {
        return aliases;
    }

    public void aliases(List<String> others) {
        aliases = List.copyOf(others);
    }
}
