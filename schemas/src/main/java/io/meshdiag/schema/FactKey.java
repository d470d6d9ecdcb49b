package io.meshdiag.schema;

import io.meshdiag.fact.FactHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Key of a fact: {@code mesh/clusterId@uid8/kind/subject…}, readable, with the observer's cluster first.
 *
 * <p>Segments are escaped ({@code %} and {@code /} become {@code %25} and {@code %2F}, an empty segment {@code %00}), so that a hostile
 * name cannot pretend to be another cluster's.
 *
 * @param mesh mesh id
 * @param cluster {@code clusterId@uid8}
 * @param kind what is known about the subject
 * @param subject the rest of the key, unescaped
 */
public record FactKey(String mesh, String cluster, FactKind kind, List<String> subject) {

    public FactKey {
        Objects.requireNonNull(mesh);
        Objects.requireNonNull(cluster);
        Objects.requireNonNull(kind);
        subject = List.copyOf(subject);
    }

    /** Key of a fact with this header. */
    public static FactKey of(FactHeader header, FactKind kind, String... subject) {
        return new FactKey(
                header.getMeshId(),
                clusterSegment(header.getClusterId(), header.getClusterUid()),
                kind,
                List.of(subject));
    }

    /** {@code clusterId@uid8}: the id is for people, the first 8 characters of the uid tell two clusters with one id apart. */
    public static String clusterSegment(String clusterId, String clusterUid) {
        return clusterId + "@" + clusterUid.substring(0, Math.min(8, clusterUid.length()));
    }

    /** {@code mesh/clusterId@uid8}: what facts are partitioned by, and the key of the cluster scope. */
    public String clusterKey() {
        return escape(mesh) + "/" + escape(cluster);
    }

    /** The cluster's id without its uid. */
    public String clusterId() {
        return cluster.substring(0, cluster.lastIndexOf('@'));
    }

    @Override
    public String toString() {
        StringBuilder key = new StringBuilder(clusterKey()).append('/').append(kind.segment());
        subject.forEach(s -> key.append('/').append(escape(s)));
        return key.toString();
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException saying which part is wrong
     */
    public static FactKey parse(String key) {
        String[] parts = key.split("/", -1);
        if (parts.length < 3) {
            throw new IllegalArgumentException("a fact's key is mesh/clusterId@uid8/kind/subject, this has "
                    + parts.length + " segment(s): " + Printable.shorten(key, 200));
        }
        String cluster = unescape(parts[1]);
        if (cluster.lastIndexOf('@') < 0) {
            throw new IllegalArgumentException(
                    "second segment of a fact's key is clusterId@uid8, not " + Printable.shorten(cluster, 100));
        }
        FactKind kind = FactKind.ofSegment(parts[2])
                .orElseThrow(() -> new IllegalArgumentException(
                        "third segment of a fact's key names its kind, not " + Printable.shorten(parts[2], 100)));
        List<String> subject = new ArrayList<>();
        for (int i = 3; i < parts.length; i++) {
            subject.add(unescape(parts[i]));
        }
        return new FactKey(unescape(parts[0]), cluster, kind, subject);
    }

    /** Escapes one segment. */
    public static String escape(String segment) {
        if (segment.isEmpty()) {
            return "%00";
        }
        return segment.indexOf('%') < 0 && segment.indexOf('/') < 0
                ? segment
                : segment.replace("%", "%25").replace("/", "%2F");
    }

    /** Undoes {@link #escape}. */
    public static String unescape(String segment) {
        if (segment.equals("%00")) {
            return "";
        }
        return segment.indexOf('%') < 0 ? segment : segment.replace("%2F", "/").replace("%25", "%");
    }
}
