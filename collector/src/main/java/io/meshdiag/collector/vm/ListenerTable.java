package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.collector.vm.config.VmConfig.Ports;
import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ports of the agent and of Envoy that somebody listens on, whoever that is and at whatever address, from {@code /proc/net/tcp} and {@code tcp6}, as a page:
 * a port a line. What else the machine listens on stays there.
 */
final class ListenerTable {
    /** Outbound and inbound traffic, DNS, Envoy's metrics: these ports are not asked. */
    private static final Set<Integer> UNASKED = Set.of(15001, 15006, 15053, 15090);

    /** 400,000 connections. */
    private static final long MAX_BYTES = 64L << 20;
    /** proc(5): state of a socket that listens. */
    private static final String LISTEN = "0A";

    private ListenerTable() {}

    static Live of(Ports ports) {
        Set<Integer> wanted = Stream.concat(UNASKED.stream(), Stream.of(ports.admin(), ports.ready(), ports.agent()))
                .collect(Collectors.toSet());
        return machine -> {
            SortedSet<Integer> found = new TreeSet<>();
            read(machine.files(), "/proc/net/tcp", found);
            try {
                read(machine.files(), "/proc/net/tcp6", found);
            } catch (UnreadException e) {
                // A kernel without IPv6 has no such file.
                if (e.state() != SourceState.MISSING) {
                    throw e;
                }
            }
            found.retainAll(wanted);
            String page = found.stream().map(port -> port + "\n").collect(Collectors.joining());
            return new ByteArrayInputStream(page.getBytes(StandardCharsets.US_ASCII));
        };
    }

    /** {@code sl local_address rem_address st …}, the addresses in hexadecimal digits with a colon before the port. */
    private static void read(Root root, String path, Set<Integer> found) throws UnreadException {
        try (InputStream table = root.open(path, MAX_BYTES)) {
            Lines lines = new Lines(table);
            for (String line = lines.next(); line != null; line = lines.next()) {
                String[] fields = line.strip().split("\\s+", 5);
                if (fields.length == 5 && fields[3].equals(LISTEN) && fields[1].matches("[0-9A-F]{8,32}:[0-9A-F]{4}")) {
                    found.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
                }
            }
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadException(
                    SourceState.UNREADABLE, path + " could not be read to its end; it is tried again");
        }
    }

    /** The ports of such a page, sorted. */
    static List<Integer> parse(InputStream page) throws IOException, UnreadablePageException {
        SortedSet<Integer> ports = new TreeSet<>();
        Lines lines = new Lines(page);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (!line.strip().matches("\\d{1,5}")) {
                throw new UnreadablePageException("it is no list of ports");
            }
            ports.add(Integer.valueOf(line.strip()));
        }
        return List.copyOf(ports);
    }
}
