package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.vm.AgentConfig;
import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.extract.vm.VmSettings;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the machine itself is, without Istio.
 *
 * @param hostName as the kernel knows it
 * @param machineId of systemd, which never leaves this process; empty when there is none
 * @param bootedAt null when it cannot be read
 * @param addresses of its interfaces
 */
record Host(String hostName, String machineId, Instant bootedAt, List<String> addresses) {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ADDRESSES = 200;
    /** proc(5): {@code btime}, seconds since 1970. */
    private static final Pattern BOOT_TIME = Pattern.compile("(?m)^btime (\\d{1,12})$");
    /** The kernel's routing table of its own addresses: a leaf, and in the next line what it is. */
    private static final Pattern OWN_ADDRESS = Pattern.compile("\\|-- (\\d[\\d.]{6,14})\\s+/32 host LOCAL");

    private static final Pattern IPV6 = Pattern.compile("(?m)^([0-9a-f]{32}) ");

    static Host of(Root root) {
        return new Host(
                first(root, "/proc/sys/kernel/hostname", "/etc/hostname").orElse("unknown"),
                first(root, "/etc/machine-id", "/var/lib/dbus/machine-id").orElse(""),
                bootedAt(root),
                addresses(root));
    }

    /** Who the machine is in the mesh. */
    MachineIdentity identity(VmSettings settings, AgentConfig config) {
        return MachineIdentity.of(settings, config, hostName, machineId);
    }

    private static Optional<String> first(Root root, String... paths) {
        for (String path : paths) {
            String text = text(root, path).strip();
            if (!text.isEmpty()) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** Empty for a file that is not there: each of them is missing somewhere. */
    private static String text(Root root, String path) {
        try {
            return new String(root.read(path, MAX_BYTES), StandardCharsets.UTF_8);
        } catch (UnreadException e) {
            return "";
        }
    }

    private static Instant bootedAt(Root root) {
        Matcher time = BOOT_TIME.matcher(text(root, "/proc/stat"));
        try {
            return time.find() ? Instant.ofEpochSecond(Long.parseLong(time.group(1))) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static List<String> addresses(Root root) {
        List<String> addresses = new ArrayList<>();
        Matcher own = OWN_ADDRESS.matcher(text(root, "/proc/net/fib_trie"));
        while (own.find() && addresses.size() < MAX_ADDRESSES) {
            addresses.add(own.group(1));
        }
        Matcher ipv6 = IPV6.matcher(text(root, "/proc/net/if_inet6"));
        while (ipv6.find() && addresses.size() < MAX_ADDRESSES) {
            addresses.add(ipv6(ipv6.group(1)));
        }
        return addresses.stream().distinct().sorted().toList();
    }

    /** As RFC 5952 wants it, but that the first run of zeros is shortened in place of the longest. */
    private static String ipv6(String hex) {
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < hex.length(); i += 4) {
            groups.add(hex.substring(i, i + 4).replaceFirst("^0{1,3}", ""));
        }
        return String.join(":", groups).replaceFirst("(?:^|:)0(?::0)+(?::|$)", "::");
    }
}
