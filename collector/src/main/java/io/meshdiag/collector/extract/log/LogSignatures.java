package io.meshdiag.collector.extract.log;

import java.util.List;
import java.util.stream.Stream;

/**
 * The known lines of istiod, of a proxy's container (agent and Envoy) and of the CNI agent, in all the forms that versions gave them. Per component the first
 * match wins, so the specific stand before the general. A line that is normal in a healthy mesh (a stream closed with 13 or 0 every half hour) has none.
 */
final class LogSignatures {
    private LogSignatures() {}

    // Why a connection failed, as Go writes it.
    private static final String DNS = "(?:no such host|server misbehaving|lookup \\S+(?: on \\S+)?: )";
    private static final String REFUSED = "connection refused";
    private static final String TIMEOUT =
            "(?:i/o timeout|context deadline exceeded|handshake timeout|no route to host|network is unreachable)";
    private static final String TLS_NAME =
            "(?:certificate is valid for|certificate is not valid for|cannot validate certificate for)";
    private static final String TLS_CA = "(?:x509: |certificate verify failed|tls: )";
    private static final String AUTH = "(?:Unauthenticated|PermissionDenied|authentication failure)";
    private static final String NETWORK =
            "(?:dial tcp|i/o timeout|connection refused|connection reset|deadline exceeded|unreachable|no route to host|EOF)";

    private static final String UPSTREAM = "(?s)failed to connect to (?:delta )?upstream (\\S+): .*";
    private static final String TERMINATED = "upstream (?:\\[\\d+] )?terminated with unexpected error .*";
    private static final String WATCH = "(?s)watch error in cluster (\\S+): .*";
    private static final String WATCH_OF = "(?s)watch error in cluster (\\S+): .*?";
    // As "pods" or "serviceimports multicluster.x-k8s.io": a role that is too old lacks several.
    private static final String RESOURCE =
            "(?:.*cannot \\w+ resource \\\\?\"(?<resource>[^\"\\\\\\s]{1,100})\\\\?\" in API group \\\\?\"(?<group>[^\"\\\\\\s]{0,100})\\\\?\")?";
    private static final String CSR =
            "(?s)(?:failed to sign|failed to warm certificate|failed to generate workload certificate|resource:default CSR).*";
    private static final String ADD = "(?:Add(?:ing)?|Updat(?:e|ing)) cluster";
    private static final String LABEL = "(?:.*\\bcluster=([^\\s,]+))?";

    static final List<LogSignature> PROXY = List.of(
            // Readiness is told by the four numbers: the words changed in 1.12 and say "not received" of a rejection
            // too.
            proxy("proxy.not-ready.rejected", "cds updates: ", "cds updates: \\d+ successful, [1-9]\\d* rejected"),
            proxy("proxy.not-ready.rejected", "lds updates: ", "lds updates: \\d+ successful, [1-9]\\d* rejected"),
            proxy(
                    "proxy.not-ready.nothing-received",
                    "cds updates: ",
                    "cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected"),
            proxy("proxy.not-ready.waiting", "cds updates: ", "NOT ready: .*cds updates: \\d+ successful"),
            proxy(
                    "proxy.not-ready.admin-unreachable",
                    "NOT ready: ",
                    "NOT ready: (?:failed to get|failed retrieving|server is terminated)"),
            proxy("proxy.not-ready.not-live", "NOT ready: ", "NOT ready: server is not live, current state is: (\\w+)"),
            proxy("proxy.not-ready.workers-not-started", "NOT ready: ", "NOT ready: workers have not yet started"),
            proxy("proxy.ready", "proxy is ready", "Envoy proxy is ready"),
            // Before all that say x509: the clock is to blame, not the certificate.
            proxy(
                    "proxy.tls.not-yet-valid",
                    "is not yet valid",
                    "x509: certificate has expired or is not yet valid: current time \\S{1,40} is before "),
            proxy("proxy.xds.connect.auth", "upstream", UPSTREAM + AUTH),
            proxy("proxy.xds.connect.tls-name", "upstream", UPSTREAM + TLS_NAME),
            proxy("proxy.xds.connect.dns", "upstream", UPSTREAM + DNS),
            proxy("proxy.xds.connect.refused", "upstream", UPSTREAM + REFUSED),
            proxy("proxy.xds.connect.timeout", "upstream", UPSTREAM + TIMEOUT),
            proxy("proxy.xds.connect.tls-ca", "upstream", UPSTREAM + TLS_CA),
            proxy("proxy.xds.connect.other", "upstream", UPSTREAM),
            proxy("proxy.xds.terminated.auth", "terminated with", "(?s)" + TERMINATED + AUTH),
            proxy("proxy.xds.terminated.dns", "terminated with", "(?s)" + TERMINATED + DNS),
            proxy("proxy.xds.terminated.tls-name", "terminated with", "(?s)" + TERMINATED + TLS_NAME),
            proxy("proxy.xds.terminated.refused", "terminated with", "(?s)" + TERMINATED + REFUSED),
            proxy("proxy.xds.terminated.timeout", "terminated with", "(?s)" + TERMINATED + TIMEOUT),
            proxy("proxy.xds.terminated.tls-ca", "terminated with", "(?s)" + TERMINATED + TLS_CA),
            proxy("proxy.xds.no-healthy-upstream", "no healthy upstream", "closed(?: since \\S+ ago)?: 14, no healthy"),
            proxy("proxy.xds.stream-closed", "gRPC config stream", "closed(?: since \\S+ ago)?: (?!0,|13,)(\\d+),"),
            proxy("proxy.xds.no-stream", "Unable to establish new stream", "Unable to establish new stream"),
            proxy(
                    "proxy.xds.rejected",
                    " rejected: ",
                    "(?:gRPC|[Dd]elta) config for (?:type\\.googleapis\\.com/)?\\S{0,200}?(\\w{1,80}) rejected: "),
            proxy("proxy.csr.auth", "failed", CSR + AUTH),
            proxy("proxy.csr.tls-name", "failed", CSR + TLS_NAME),
            proxy("proxy.csr.dns", "failed", CSR + DNS),
            proxy("proxy.csr.refused", "failed", CSR + REFUSED),
            proxy("proxy.csr.timeout", "failed", CSR + TIMEOUT),
            proxy("proxy.csr.tls-ca", "failed", CSR + TLS_CA),
            proxy("proxy.csr.other", "failed to sign CSR", CSR),
            // Without a token every request for a certificate is refused; an audience or a projected volume is missing.
            proxy("proxy.token.unreadable", "fetch token", "failed to fetch token from file: open (\\S+): "),
            proxy("proxy.token.unreadable", "fetch token", "failed to fetch token from file: "),
            // ≤1.7
            proxy("proxy.token.unreadable", "credential token", "Failed to get credential token: open (\\S+): "),
            proxy("proxy.token.unreadable", "missing istio-token", "missing istio-token"),
            // A machine, and whatever else keeps its certificate on disk, asks with the certificate while it is valid.
            proxy("proxy.cert.expired", "using token instead", "cert expired, using token instead"),
            proxy("proxy.cert.unreadable", "using token instead", "cannot parse the cert chain, using token instead"),
            proxy("proxy.envoy.exited", "exited with error", "Epoch \\d+ exited with error: "),
            proxy("proxy.tls.verify-failed", "CERTIFICATE_VERIFY_FAILED", "CERTIFICATE_VERIFY_FAILED"),
            proxy("proxy.tls.peer-rejected-us", "_ALERT_", "(?:SSLV3|TLSV1)_ALERT_\\w+"),
            proxy("proxy.tls.plaintext-peer", "WRONG_VERSION_NUMBER", "WRONG_VERSION_NUMBER"),
            proxy("proxy.tls.plaintext-client", "HTTP_REQUEST", "HTTP_REQUEST"));

    static final List<LogSignature> ISTIOD = List.of(
            istiod("istiod.remote-cluster.unauthorized", "watch error in cluster", WATCH + "Unauthorized"),
            istiod("istiod.remote-cluster.forbidden", "watch error in cluster", WATCH_OF + "forbidden" + RESOURCE),
            istiod("istiod.remote-cluster.tls", "watch error in cluster", WATCH + "(?:x509: |tls: )"),
            istiod("istiod.remote-cluster.dns", "watch error in cluster", WATCH + DNS),
            istiod("istiod.remote-cluster.unreachable", "watch error in cluster", WATCH + NETWORK),
            istiod("istiod.remote-cluster.watch-error", "watch error in cluster", WATCH),
            // ≤1.8
            istiod(
                    "istiod.remote-cluster.failed",
                    "cluster_id=",
                    "Failed to add remote cluster from secret=\\S+ for cluster_id=(\\S+?): "),
            istiod(
                    "istiod.remote-cluster.failed",
                    "cluster_id=",
                    "Error creating cluster_id=(\\S+) from secret \\S+: "),
            // 1.9–1.15; the second with its values swapped, a bug of those versions.
            istiod(
                    "istiod.remote-cluster.failed",
                    "cluster_id=",
                    "(?:Adding|Updating) cluster_id=(\\S+) from secret=\\S+: "),
            istiod("istiod.remote-cluster.failed", "cluster_id from", "cluster_id from secret=(\\S+): \\S+ "),
            // 1.16+, ids in labels
            istiod(
                    "istiod.remote-cluster.failed",
                    " cluster failed: ",
                    "(?s)" + ADD + ": (?:create remote|initialize) cluster failed: " + LABEL),
            istiod(
                    "istiod.remote-cluster.duplicate",
                    "already been registered",
                    "(?s)cluster (\\S+) from secret \\S+ has already been registered|already been registered" + LABEL),
            istiod("istiod.remote-cluster.duplicate", "reused in two", "ClusterID reused in two different secrets"),
            istiod(
                    "istiod.remote-cluster.own-id",
                    "as it would overwrite the",
                    "(?s)as it would overwrite the" + LABEL),
            istiod("istiod.remote-cluster.not-synced", "failed to sync", "remote clusters? (?:(\\S+) )?failed to sync"),
            istiod(
                    "istiod.remote-cluster.not-synced",
                    "Timed out waiting",
                    "Timed out waiting for cluster (\\S+) to sync"),
            istiod(
                    "istiod.remote-cluster.deleted",
                    "Delet",
                    "(?s)Delet(?:ing|ed?) (?:cluster_id=(\\S+) configured|cluster (\\S+) configured|cluster\\b" + LABEL
                            + ")"),
            istiod("istiod.remote-cluster.added", "Adding cluster", "Adding cluster(?:_id=| )(\\S+) from secret"),
            istiod("istiod.remote-cluster.updated", "Updating cluster", "Updating cluster(?:_id=| )(\\S+) from secret"),
            istiod("istiod.remote-cluster.added", "Add", "(?s)^Add(?:ing)? cluster(?=\\t|$)" + LABEL),
            istiod("istiod.remote-cluster.updated", "Updat", "(?s)^Updat(?:e|ing) cluster(?=\\t|$)" + LABEL),
            // The counter behind the proxy's name changes with every connection.
            istiod(
                    "istiod.xds.nack",
                    "ACK ERROR",
                    "ACK ERROR (?:[^\\s~]{1,80}~[^\\s~]{1,80}~)?([^\\s~]{1,300}?)(?:~[^\\s~]{1,300}?)?-\\d+ "),
            istiod("istiod.xds.nack", "ACK ERROR", "ACK ERROR"),
            istiod("istiod.webhook.patch-failed", "patching webhook", "(?i)patching webhook (\\S+) failed: "),
            istiod("istiod.webhook.bad-ca", "tls: bad certificate", "TLS handshake error from .*tls: bad certificate"),
            istiod(
                    "istiod.validation.conflict",
                    "validatingwebhookconfiguration",
                    "Failed to update validatingwebhookconfiguration (\\S+) "),
            istiod("istiod.validation.conflict", "failed to updated: ", "(?s)failed to updated: (?:.*\\bname=(\\S+))?"),
            istiod(
                    "istiod.validation.not-closed",
                    "switch validation to fail-closed",
                    "Not ready to switch validation to fail-closed"),
            istiod("istiod.debug.unauthorized", "/debug/", "Failed to authenticate (/debug/[\\w-]+)"),
            // kube_jwt.go in security/pkg/server/ca/authenticate/kubeauth
            istiod("istiod.authn.unknown-cluster", "kube client", "could not get cluster (\\S+?)'s kube client"),
            istiod(
                    "istiod.authn.token-refused",
                    "failed to validate the JWT",
                    "failed to validate the JWT from cluster \"([^\"]+)\""),
            istiod("istiod.xds.unauthenticated", "authenticate client", "Failed to authenticate client from"),
            istiod("istiod.xds.unauthorized", "Unauthorized XDS", "Unauthorized XDS: "),
            istiod("istiod.authn.unknown-cluster", "claims to be in cluster", "claims to be in cluster \"([^\"]+)\""),
            istiod("istiod.ca.sign-failed", "CSR", "(?i)CSR signing error|failed to sign (?:the )?CSR"),
            istiod("istiod.ca.unauthenticated", "uthentication fail", "(?i)^authentication failure?d?[:. ]"),
            istiod("istiod.injection.failed", "injection failed", "Pod injection failed: "),
            istiod(
                    "istiod.gateway.no-port",
                    "labeled as gateway",
                    "service (\\S+) is labeled as gateway, but does not"),
            istiod("istiod.gateway.unresolved", "resolve hostname", "could not resolve hostname \"([^\"]+)\""),
            istiod("istiod.gateway.bad-address", "gateway address", "Failed parsing gateway address \"([^\"]+)\""),
            istiod("istiod.network.no-gateway", "no reachable E/W", "network (\\S+) has no reachable E/W gateway"),
            istiod(
                    "istiod.vm.registration-failed",
                    "auto-registration",
                    "auto-registration (?:WorkloadEntry )?of (\\S+) failed: "),
            istiod("istiod.vm.registration-failed", "auto-registration", "auto-registration .*failed: "));

    static final List<LogSignature> CNI = List.of(
            cni("cni.repair.deleted", "broken", "(?:Pod detected as broken, deleting|Deleting broken pod): (\\S+)"),
            cni(
                    "cni.repair.labeled",
                    "abel",
                    "Pod detected as broken, adding label: (\\S+)|Labeling pod (\\S+) with label "),
            cni("cni.repair.repaired", "pod repaired", "(?s)^pod repaired(?:.*\\bpod=(\\S+))?"),
            cni("cni.repair.failed", "redirection: ", "(?s)failed to setup redirection: (?:.*\\bpod=(\\S+))?"),
            cni("cni.repair.failed", "Failed to ", "Failed to (?:update|delete) pod(?: (\\S+/\\S+))?: "),
            cni("cni.validation.failed", "validation", "iptables validation failed|^validation timeout"),
            cni("cni.install.failed", "nstaller failed: ", "[Ii]nstaller failed: "),
            cni("cni.install.no-network-config", "cannot find existing CNI", "cannot find existing CNI network config"),
            cni("cni.install.done", "reinstalled", "Istio CNI configuration and binaries .*reinstalled"),
            cni("cni.config.rewritten", "writing CNI config file", "configuration requires updates, \\(re\\)writing"),
            cni(
                    "cni.config.contested",
                    "reconciled multiple times",
                    "Configuration has been reconciled multiple times"),
            cni("cni.config.contested", "lower priority", "Istio owned CNI config \\S+ has lower priority than"),
            cni("cni.config.rewritten", "preempted by", "CNI config file \\S+ preempted by"),
            cni(
                    "cni.plugin.agent-unreachable",
                    "pluginevent.sock",
                    "(?s)dial unix \\S*pluginevent\\.sock(?:.*\\bpod=(\\S+))?"),
            cni(
                    "cni.plugin.error",
                    "",
                    "(?s)(?:istio-cni cmdAdd (?:error|failed)|redirect failed due|unable to push CNI event"
                            + "|failed to (?:contact|signal) node Istio CNI agent|failed to send event request"
                            + "|Failed setting up kubernetes client|failed to createNewK8sClient|in a degraded state and"
                            + ")(?:.*\\bpod=(\\S+))?"),
            cni("cni.plugin.error", "pod info: ", "(?s)Failed to get (?:(\\S+/\\S+) )?pod info: (?:.*\\bpod=(\\S+))?"),
            cni(
                    "cni.ambient.not-added",
                    "ztunnel",
                    "(?s)(?:failed to add|Unable to send) pod to ztunnel(?:.*\\bpod=(\\S+))?"),
            cni("cni.ambient.not-added", "AddPodToMesh", "(?s)Failed capturing pod(?:.*\\bpod=(\\S+))?"),
            cni(
                    "cni.ambient.no-ztunnel",
                    "ztunnel conn",
                    "no ztunnel connection|failed to wait for ztunnel connection"),
            cni("cni.ambient.ztunnel-disconnected", "ztunnel disconnected", "ztunnel disconnected"),
            cni("cni.ambient.ip-collision", "IP collision", "pod (\\S+) has IP collision"));

    /** A machine runs what a proxy's container does, and around it systemd and a script. */
    static final List<LogSignature> MACHINE =
            Stream.concat(VmSignatures.ALL.stream(), PROXY.stream()).toList();

    private static LogSignature proxy(String name, String literal, String regex) {
        return new LogSignature("proxy", name, literal, regex);
    }

    private static LogSignature istiod(String name, String literal, String regex) {
        return new LogSignature("istiod", name, literal, regex);
    }

    private static LogSignature cni(String name, String literal, String regex) {
        return new LogSignature("cni", name, literal, regex);
    }

    /** The signatures of istiod, proxy, vm-agent or cni; none for others. */
    static List<LogSignature> of(String component) {
        return switch (component) {
            case "istiod" -> ISTIOD;
            case "proxy" -> PROXY;
            case "vm-agent" -> MACHINE;
            case "cni" -> CNI;
            default -> List.of();
        };
    }
}
