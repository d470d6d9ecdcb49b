package io.meshdiag.processor.scope;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClosedPort;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Control planes that the proxies of a scope cannot connect to, by what their agents log: host, port and whether the connection is refused or times out.
 *
 * <p>Left out are proxies that are connected by now, and control planes in the cluster of which no pod is ready: nobody listens there, the way may be open.
 */
final class ClosedPorts {
    /** The agent tries again at least every half minute, and its log is read every few minutes. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private static final Set<String> COMPONENTS = Set.of("proxy", "vm-agent");
    private static final Pattern SIGNATURE = Pattern.compile("proxy\\.xds\\.connect\\.(refused|timeout)");
    private static final Pattern ADDRESS = Pattern.compile("\\[?([^\\[\\]]+?)]?:(\\d{1,5})");
    private static final int SAMPLES = 5;
    private static final int ROWS = 50;

    private record Place(String host, int port, String failure) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byHost = host.compareTo(other.host);
            int byPort = Integer.compare(port, other.port);
            return byHost != 0 ? byHost : byPort != 0 ? byPort : failure.compareTo(other.failure);
        }
    }

    private ClosedPorts() {}

    static List<ClosedPort> of(List<Row<?>> facts, Instant asOf) {
        Map<Place, Set<String>> closed = new TreeMap<>();
        for (Row<?> row : facts) {
            if (row.fact() instanceof LogSignals log && COMPONENTS.contains(log.getComponent())) {
                for (LogSignal signal : log.getSignals()) {
                    add(closed, log, signal, asOf);
                }
            }
        }
        if (closed.isEmpty()) {
            return List.of();
        }
        Set<String> connected = connected(facts);
        Set<String> empty = withoutPods(facts);
        closed.values().forEach(proxies -> proxies.removeAll(connected));
        return closed.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty()
                        && !empty.contains(service(e.getKey().host())))
                .limit(ROWS)
                .map(e -> new ClosedPort(
                        e.getKey().host(),
                        e.getKey().port(),
                        e.getKey().failure(),
                        e.getValue().size(),
                        e.getValue().stream().limit(SAMPLES).toList()))
                .toList();
    }

    private static void add(Map<Place, Set<String>> closed, LogSignals log, LogSignal signal, Instant asOf) {
        Matcher signature = SIGNATURE.matcher(signal.getSignature());
        Matcher address = ADDRESS.matcher(signal.getSubject());
        if (signature.matches()
                && address.matches()
                && signal.getLastAt().plus(FRESH).isAfter(asOf)) {
            Place place = new Place(address.group(1), Integer.parseInt(address.group(2)), signature.group(1));
            closed.computeIfAbsent(place, p -> new TreeSet<>()).add(log.getNamespace() + "/" + log.getInstance());
        }
    }

    private static Set<String> connected(List<Row<?>> facts) {
        return facts.stream()
                .map(Row::fact)
                .filter(ProxyStatus.class::isInstance)
                .map(ProxyStatus.class::cast)
                .map(status -> status.getNamespace() + "/" + status.getName())
                .collect(Collectors.toSet());
    }

    /** As name.namespace. */
    private static Set<String> withoutPods(List<Row<?>> facts) {
        return facts.stream()
                .map(Row::fact)
                .filter(ServiceEndpoints.class::isInstance)
                .map(ServiceEndpoints.class::cast)
                .filter(service -> service.getReady() == 0)
                .map(service -> service.getName() + "." + service.getNamespace())
                .collect(Collectors.toSet());
    }

    /** The first two labels of a host name: name.namespace where it is a Service. */
    private static String service(String host) {
        String[] labels = host.split("\\.", 3);
        return labels.length < 2 ? host : labels[0] + "." + labels[1];
    }
}
