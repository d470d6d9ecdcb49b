package io.meshdiag.collector.vm;

import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rules of iptables' backend {@code legacy}, as its own command prints them. That command wants rights as soon as the kernel has loaded any table of the
 * backend; which tables those are is in {@code /proc/modules} for all to read.
 */
final class LegacyTables {
    private static final int MAX_MODULES = 1 << 20;

    private LegacyTables() {}

    static Live of(String command, int ipVersion) {
        return machine -> without(machine.files(), ipVersion)
                ? InputStream.nullInputStream()
                : Live.command(command).open(machine);
    }

    /**
     * True when the backend is loaded without the tables that redirect: whoever asks would be shown nothing of interest. Where the backend is no module but
     * built into the kernel, its tables may be too, and the list says nothing of them.
     */
    private static boolean without(Root files, int ipVersion) {
        String ip = ipVersion == 4 ? "ip" : "ip6";
        try {
            Set<String> modules = new String(files.read("/proc/modules", MAX_MODULES), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 2)[0])
                    .collect(Collectors.toSet());
            return modules.contains(ip + "_tables")
                    && !modules.contains(ip + "table_nat")
                    && !modules.contains(ip + "table_mangle");
        } catch (UnreadException e) {
            // The command tells more of it, or why it cannot.
            return false;
        }
    }
}
