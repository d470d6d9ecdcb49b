package io.meshdiag.collector.extract.log;

import java.util.List;

/**
 * Lines that only virtual machines write: istiod's answers to auto-registration, as the agent logs them, the application's health, and, in the journal
 * of the unit, what istio-start.sh, iptables and systemd say.
 */
final class VmSignatures {
    private VmSignatures() {}

    static final List<LogSignature> ALL = List.of(
            // "upstream terminated with unexpected error rpc error: … desc = auto-registration …": the reason counts,
            // not the connection.
            vm(
                    "registration-failed",
                    "auto-registration",
                    "auto-registration (?:WorkloadEntry )?of \\S+ failed: cannot find WorkloadGroup (\\S+)"),
            vm("registration-failed", "auto-registration", "auto-registration (?:WorkloadEntry )?of \\S+ failed: "),
            vm(
                    "registration-failed",
                    "registration of WorkloadEntry",
                    "registration of WorkloadEntry (?:namespace|service account) mismatch: "),
            vm("unhealthy", "marking as", "failure threshold hit, marking as unhealthy"),
            vm("healthy", "marking as", "success threshold hit, marking as healthy"),
            vm(
                    "unit-failed",
                    "istio.service: ",
                    "istio\\.service: (?:Main process exited, code=(\\w+, status=\\S+)|Failed with result '([\\w-]+)')"),
            vm("unit-failed", "istio.service: ", "istio\\.service: (Start request repeated too quickly)"),
            vm(
                    "iptables-failed",
                    "tables",
                    "ip6?tables(?:-\\w+){0,2}\\b[^\\n]{0,120}?(?:unable to initialize|[Pp]ermission denied|[Cc]an't initialize"
                            + "|line:? \\d+ failed|[Cc]ouldn't load)"),
            vm("iptables-failed", "xtables lock", "holding the xtables lock"));

    private static LogSignature vm(String name, String literal, String regex) {
        return new LogSignature("proxy", "proxy.vm." + name, literal, regex);
    }
}
