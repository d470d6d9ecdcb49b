package io.meshdiag.processor.detect.xds;

import io.meshdiag.fact.IstioResource;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The object that a rejected configuration probably comes from.
 *
 * @param named true when the error text names it; else it is merely the newest EnvoyFilter, the kind that can break any configuration
 */
record Suspect(Row<IstioResource> row, boolean named) {
    // Most likely first: the kinds that put people's own text into Envoy's configuration.
    private static final List<String> KINDS = List.of(
            "EnvoyFilter",
            "WasmPlugin",
            "Gateway",
            "VirtualService",
            "DestinationRule",
            "ServiceEntry",
            "Telemetry",
            "Sidecar",
            "RequestAuthentication",
            "AuthorizationPolicy");

    // Shorter names, such as "web" or "tcp", are ordinary words of Envoy's errors.
    private static final int SHORTEST_NAME = 5;

    private static final Comparator<Row<IstioResource>> MOST_LIKELY = Comparator.<Row<IstioResource>>comparingInt(
                    r -> KINDS.indexOf(r.fact().getKind()))
            .thenComparing(r -> -r.fact().getName().length())
            .thenComparing(r -> r.fact().getNamespace())
            .thenComparing(r -> r.fact().getName());

    private static final Comparator<Row<IstioResource>> NEWEST = Comparator.<Row<IstioResource>, Instant>comparing(
                    r -> r.fact().getCreatedAt())
            .thenComparing(r -> r.fact().getNamespace())
            .thenComparing(r -> r.fact().getName());

    /**
     * The object named in the error, else the newest EnvoyFilter that was there when the update was refused.
     *
     * @param since when the update was sent; empty when unknown
     */
    static Optional<Suspect> find(ClusterView view, String error, Optional<Instant> since) {
        List<Row<IstioResource>> rows = view.rows(IstioResource.class);
        Set<String> words = Arrays.stream(error.split("[^A-Za-z0-9._-]+"))
                .map(Suspect::bare)
                .collect(Collectors.toSet());
        return rows.stream()
                .filter(r -> KINDS.contains(r.fact().getKind()))
                .filter(r -> r.fact().getName().length() >= SHORTEST_NAME)
                .filter(r -> words.contains(r.fact().getName()))
                .min(MOST_LIKELY)
                .map(r -> new Suspect(r, true))
                .or(() -> rows.stream()
                        .filter(r -> r.fact().getKind().equals("EnvoyFilter"))
                        .filter(r -> r.fact().getCreatedAt() != null)
                        .filter(r -> since.isEmpty() || !r.fact().getCreatedAt().isAfter(since.get()))
                        .max(NEWEST)
                        .map(r -> new Suspect(r, false)));
    }

    /** Kind, namespace and name, for a sentence. */
    String text() {
        return row.fact().getKind() + " " + object();
    }

    /** Namespace and name. */
    String object() {
        return row.fact().getNamespace() + "/" + row.fact().getName();
    }

    /** A word without the full stop at its end. */
    private static String bare(String word) {
        return word.endsWith(".") ? word.substring(0, word.length() - 1) : word;
    }
}
