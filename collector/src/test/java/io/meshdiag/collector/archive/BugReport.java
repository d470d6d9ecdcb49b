package io.meshdiag.collector.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A small bug report for tests: files by path, to be written as a folder or packed. */
public final class BugReport {
    public static final Instant AT = Instant.parse("2026-08-22T15:00:00Z");

    private static final String RESOURCES = """
                apiVersion: v1
                items:
                - apiVersion: v1
                  kind: Pod
                  metadata:
                    annotations:
                      sidecar.istio.io/status: '{"containers":null,"revision":"default"}'
                    labels: {topology.istio.io/network: net-east}
                    name: web-1
                    namespace: shop
                  spec:
                    containers: [{image: web:1, name: web}]
                    initContainers: [{image: 'docker.io/istio/proxyv2:1.28.1', name: istio-proxy, restartPolicy: Always}]
                  status:
                    initContainerStatuses: [{name: istio-proxy, ready: true, restartCount: 2}]
                    phase: Running
                - apiVersion: v1
                  kind: Service
                  metadata: {name: web, namespace: shop}
                  spec:
                    clusterIP: 10.96.0.10
                    ports: [{name: http, port: 80, protocol: TCP}]
                    selector: {app: web}
                    type: ClusterIP
                - addressType: IPv4
                  apiVersion: discovery.k8s.io/v1
                  endpoints:
                  - addresses: [10.1.0.5]
                    targetRef: {kind: Pod, name: web-1, namespace: shop}
                  kind: EndpointSlice
                  metadata:
                    labels: {kubernetes.io/service-name: web}
                    name: web-abc
                    namespace: shop
                kind: List
                """;

    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, String> links = new LinkedHashMap<>();

    /** One istiod, one namespace with one service of one injected pod. */
    public static BugReport of(String clusterId, String uid) {
        return new BugReport()
                .with("bug-report/bug-report.log", AT + "\tinfo\tCluster endpoint: https://10.0.0.1:6443\n")
                .with("bug-report/cluster/k8s-cluster-resources", clusterResources(uid))
                .with("bug-report/cluster/k8s-resources", RESOURCES)
                .with("bug-report/cluster/pods", istiodPod(clusterId))
                .with("bug-report/cluster/secrets", """
                        NAMESPACE      NAME                       TYPE     DATA   AGE
                        istio-system   cacerts                    Opaque   4      30d
                        istio-system   istio-remote-secret-west   Opaque   1      30d
                        """)
                .with("bug-report/istio/istio-system/istiod-1/debug/clusterz", """
                        [{"id":"%s","secretName":"","syncStatus":"synced"},\
                        {"id":"west","secretName":"istio-system/istio-remote-secret-west","syncStatus":"synced"}]
                        """.formatted(clusterId))
                .with("bug-report/istio/istio-system/istiod-1/debug/mesh", """
                        {"trustDomain":"cluster.local","rootNamespace":"istio-system","defaultConfig":{"meshId":"mesh1"}}
                        """);
    }

    /** As istioctl wrote it before 1.30: the cluster's own objects stand in the one list of all. */
    public BugReport inOneList() {
        String cluster = files.remove("bug-report/cluster/k8s-cluster-resources");
        String items = cluster.substring(cluster.indexOf("items:\n") + "items:\n".length());
        return with("bug-report/cluster/k8s-resources", RESOURCES.replace("kind: List\n", items));
    }

    public BugReport with(String path, String content) {
        files.put(path, content);
        return this;
    }

    public BugReport without(String path) {
        if (files.remove(path) == null) {
            throw new AssertionError("no file " + path);
        }
        return this;
    }

    public BugReport withLink(String path, String target) {
        links.put(path, target);
        return this;
    }

    public Path folder(Path dir) {
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = dir.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            for (Map.Entry<String, String> link : links.entrySet()) {
                Path path = dir.resolve(link.getKey());
                Files.createDirectories(path.getParent());
                Files.createSymbolicLink(path, Path.of(link.getValue()));
            }
            return dir;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path packed(Path file) {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, String> entry : files.entrySet()) {
                byte[] bytes = entry.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry header = new TarArchiveEntry(entry.getKey(), true);
                header.setSize(bytes.length);
                header.setModTime(AT.toEpochMilli());
                tar.putArchiveEntry(header);
                tar.write(bytes);
                tar.closeArchiveEntry();
            }
            for (Map.Entry<String, String> link : links.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry(link.getKey(), TarConstants.LF_SYMLINK);
                header.setLinkName(link.getValue());
                tar.putArchiveEntry(header);
                tar.closeArchiveEntry();
            }
            tar.finish();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String clusterResources(String uid) {
        return """
                apiVersion: v1
                items:
                - apiVersion: v1
                  kind: Node
                  metadata:
                    labels: {topology.kubernetes.io/region: eu-1, topology.kubernetes.io/zone: eu-1a}
                    name: node-1
                  spec: {podCIDR: 10.1.0.0/24}
                  status:
                    nodeInfo: {kubeletVersion: v1.31.2, osImage: Linux}
                - apiVersion: v1
                  kind: Namespace
                  metadata: {name: kube-system, uid: %s}
                - apiVersion: v1
                  kind: Namespace
                  metadata:
                    labels: {topology.istio.io/network: net-east}
                    name: istio-system
                - apiVersion: v1
                  kind: Namespace
                  metadata:
                    labels: {istio-injection: enabled}
                    name: shop
                kind: List
                """.formatted(uid);
    }

    private static String istiodPod(String clusterId) {
        return """
                apiVersion: v1
                items:
                - apiVersion: v1
                  kind: Pod
                  metadata:
                    labels: {app: istiod, istio.io/rev: default}
                    name: istiod-1
                    namespace: istio-system
                  spec:
                    containers:
                    - env:
                      - {name: CLUSTER_ID, value: %s}
                      image: docker.io/istio/pilot:1.28.1
                      name: discovery
                  status:
                    conditions: [{status: "True", type: Ready}]
                    phase: Running
                kind: List
                """.formatted(clusterId);
    }
}
