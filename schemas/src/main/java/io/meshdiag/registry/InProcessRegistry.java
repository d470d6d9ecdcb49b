package io.meshdiag.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A schema registry in this JVM, for {@code standalone} and tests: URL {@code memory://<name>}, all clients of one name see one registry.
 * It holds schemas until the JVM ends.
 *
 * <p>Ids and versions are given as Confluent's registry does: one id per schema text whatever the subject, versions from 1 per subject.
 */
public final class InProcessRegistry implements RegistryClient {
    /** Scheme of the URL. */
    public static final String SCHEME = "memory://";
    /** Level of a registry that nobody configured. */
    public static final Compatibility DEFAULT_LEVEL = Compatibility.BACKWARD_TRANSITIVE;

    private static final Map<String, InProcessRegistry> NAMED = new ConcurrentHashMap<>();

    /** By the schema's text, not by Avro's equality, which overlooks documentation. */
    private final Map<String, Integer> ids = new HashMap<>();

    private final List<Schema> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> versionsBySubject = new TreeMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private Compatibility level = DEFAULT_LEVEL;

    /** The registry of that name; made when first asked for. */
    public static InProcessRegistry named(String name) {
        return NAMED.computeIfAbsent(name, n -> new InProcessRegistry());
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        List<Integer> versions = versionsBySubject.getOrDefault(subject, List.of());
        Integer known = ids.get(schema.toString());
        if (known != null && versions.contains(known)) {
            return known;
        }
        List<String> objections = objections(subject, schema, versions);
        if (!objections.isEmpty()) {
            throw new RegistryException(
                    RegistryException.INCOMPATIBLE,
                    "schema " + schema.getFullName() + " may not follow version " + versions.size() + " of subject "
                            + subject + " under " + compatibility(subject) + ": " + String.join("; ", objections));
        }
        int id = ids.computeIfAbsent(schema.toString(), text -> {
            schemas.add(schema);
            return schemas.size();
        });
        versionsBySubject.computeIfAbsent(subject, s -> new ArrayList<>()).add(id);
        return id;
    }

    /** Why the schema may not be the subject's next version; empty when it may. */
    public synchronized List<String> objections(String subject, Schema schema) {
        return objections(subject, schema, existing(subject));
    }

    private List<String> objections(String subject, Schema schema, List<Integer> versions) {
        return compatibility(subject)
                .objections(schema, versions.stream().map(this::schemaById).toList());
    }

    @Override
    public synchronized Schema schemaById(int id) {
        if (id < 1 || id > schemas.size()) {
            throw new RegistryException(RegistryException.SCHEMA_NOT_FOUND, "Schema " + id + " not found");
        }
        return schemas.get(id - 1);
    }

    @Override
    public int lookup(String subject, Schema schema) {
        return find(subject, schema).id();
    }

    /** The version of a subject that has this schema. */
    public synchronized RegisteredSchema find(String subject, Schema schema) {
        List<Integer> versions = existing(subject);
        Integer id = ids.get(schema.toString());
        if (id == null || !versions.contains(id)) {
            throw new RegistryException(
                    RegistryException.SCHEMA_NOT_FOUND, "subject " + subject + " has no such schema");
        }
        return version(subject, versions.indexOf(id) + 1);
    }

    @Override
    public synchronized RegisteredSchema latest(String subject) {
        return version(subject, existing(subject).size());
    }

    /** One version of a subject. */
    public synchronized RegisteredSchema version(String subject, int version) {
        List<Integer> versions = existing(subject);
        if (version < 1 || version > versions.size()) {
            throw new RegistryException(
                    RegistryException.VERSION_NOT_FOUND, "subject " + subject + " has no version " + version);
        }
        int id = versions.get(version - 1);
        return new RegisteredSchema(subject, version, id, schemaById(id));
    }

    /** Number of versions of a subject. */
    public synchronized int versions(String subject) {
        return existing(subject).size();
    }

    /** All subjects, sorted. */
    public synchronized List<String> subjects() {
        return List.copyOf(versionsBySubject.keySet());
    }

    @Override
    public synchronized Compatibility compatibility(String subject) {
        return levels.getOrDefault(subject, level);
    }

    @Override
    public synchronized void setCompatibility(String subject, Compatibility level) {
        levels.put(subject, level);
    }

    /** The level of subjects that have none of their own. */
    public synchronized Compatibility defaultCompatibility() {
        return level;
    }

    /** Sets the level of subjects that have none of their own. */
    public synchronized void setDefaultCompatibility(Compatibility level) {
        this.level = level;
    }

    private List<Integer> existing(String subject) {
        List<Integer> versions = versionsBySubject.get(subject);
        if (versions == null) {
            throw new RegistryException(RegistryException.SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found");
        }
        return versions;
    }
}
