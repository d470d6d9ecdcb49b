package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Assembles the pages of one proxy, read in any order, into its ProxyConfig and its TrustBundle, so that each key is written once. Not for threads.
 *
 * <pre>{@code
 * ProxyPages proxy = new ProxyPages(new ProxyName("shop", "web-1"));
 * proxy.readConfigDump(dump);       // may throw; what was read before the failure counts
 * proxy.readServerInfo(serverInfo);
 * proxy.readCerts(certs);
 * proxy.publish(origin, facts);
 * }</pre>
 */
public final class ProxyPages {
    private static final int MAX_ROOTS = 50;
    private static final String SPIFFE = "spiffe://";

    private final ProxyName name;
    private final ProxyConfig.Builder config = ProxyConfig.newBuilder();
    private final EndpointCounter endpoints = new EndpointCounter();
    private final RejectedUpdates rejected = new RejectedUpdates();
    private final SecretReader secrets = new SecretReader();
    private CertificateInfo loadedCertificate;
    private boolean dumpWhole;
    private boolean anything;

    /** @param name as the source (archive path, pod) says; the node id in the dump may lack the namespace */
    public ProxyPages(ProxyName name) {
        this.name = name;
    }

    /** {@code /config_dump?include_eds}. */
    public void readConfigDump(InputStream page) throws IOException, UnreadablePageException {
        dumpWhole = false;
        try {
            new ConfigDumpReader(config, endpoints, rejected, secrets).read(page);
            dumpWhole = true;
        } finally {
            anything |= dumpWhole || config.getNodeId() != null || config.getActiveClusters() > 0;
        }
    }

    /**
     * {@code /config_dump?mask=dynamic_active_secrets}: the certificates that a dump was cut before. It is small whatever the size of the whole, and
     * does not make a dump whole that ended early.
     */
    public void readSecrets(InputStream page) throws IOException, UnreadablePageException {
        new ConfigDumpReader(ProxyConfig.newBuilder(), new EndpointCounter(), new RejectedUpdates(), secrets)
                .read(page);
    }

    /** {@code /server_info}: state and Envoy version, and the node where no dump told it. */
    public void readServerInfo(InputStream page) throws IOException, UnreadablePageException {
        JsonPage.read(
                page,
                root -> root.fields(key -> {
                    switch (key) {
                        case "state" -> {
                            config.setServerState(root.textOrNull());
                            anything = true;
                        }
                        case "version" -> {
                            String[] parts = root.textOrEmpty().split("/", -1);
                            if (parts.length > 1) {
                                config.setEnvoyVersion(parts[1]);
                            }
                        }
                        case "node" -> {
                            if (config.getNodeId() == null) {
                                NodeReader.read(root, config);
                            }
                        }
                        default -> {}
                    }
                }));
    }

    /**
     * {@code /certs}: validity and identity of the workload certificate. It shows no certificate bodies, hence no fingerprints: it serves where the dump
     * has no secrets, and never makes a TrustBundle.
     */
    public void readCerts(InputStream page) throws IOException, UnreadablePageException {
        loadedCertificate = CertsReader.workloadCertificate(page);
    }

    /** {@code /clusters?format=json}: endpoints that Envoy itself took out. */
    public void readClusters(InputStream page) throws IOException, UnreadablePageException {
        config.setEjectedEndpoints(ClustersReader.ejected(page));
    }

    /** Gives what the pages showed: nothing when none was readable. A dump that ended early is marked as truncated. */
    public void publish(Origin origin, FactSink facts) {
        if (anything || loadedCertificate != null) {
            endpoints.writeTo(config);
            CertificateInfo leaf = secrets.chain().isEmpty()
                    ? loadedCertificate
                    : secrets.chain().get(0);
            facts.accept(Digests.stamp(config.setHeader(origin.header())
                    .setNamespace(name.namespace())
                    .setName(name.name())
                    .setRejected(rejected.kept())
                    .setRejectedCount(rejected.count())
                    .setWarmingSecrets(secrets.warming())
                    .setWorkloadCertificate(leaf)
                    .setTruncated(!dumpWhole)
                    .build()));
        }
        if (!secrets.roots().isEmpty() || !secrets.chain().isEmpty()) {
            facts.accept(Digests.stamp(trust(origin)));
        }
    }

    private TrustBundle trust(Origin origin) {
        List<CertificateInfo> roots = Certificates.distinct(secrets.roots());
        List<CertificateInfo> chain = secrets.chain();
        return TrustBundle.newBuilder()
                .setHeader(origin.header())
                .setHolder(TrustHolder.PROXY)
                .setNamespace(name.namespace())
                .setName(name.name())
                .setTrustDomain(trustDomain(chain))
                .setTrustedRoots(roots.subList(0, Math.min(MAX_ROOTS, roots.size())))
                .setTrustedRootsCount(roots.size())
                .setIssuingChain(chain.isEmpty() ? List.of() : List.copyOf(chain.subList(1, chain.size())))
                .setLeaf(chain.isEmpty() ? null : chain.get(0))
                .build();
    }

    private String trustDomain(List<CertificateInfo> chain) {
        if (!chain.isEmpty()) {
            for (String uri : chain.get(0).getUris()) {
                if (uri.startsWith(SPIFFE)) {
                    return uri.substring(SPIFFE.length()).split("/", 2)[0];
                }
            }
        }
        return secrets.trustDomain();
    }
}
