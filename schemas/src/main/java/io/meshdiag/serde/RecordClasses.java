package io.meshdiag.serde;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * The generated class of a record's name. Names come from schemas that others registered, so only our three packages are looked into:
 * no schema can make this JVM load another class.
 */
final class RecordClasses {
    private static final Pattern OURS = Pattern.compile("io\\.meshdiag\\.(fact|finding|state)\\.[A-Za-z][A-Za-z0-9]*");

    private RecordClasses() {}

    static Optional<Class<? extends SpecificRecord>> named(String fullName) {
        if (!OURS.matcher(fullName).matches()) {
            return Optional.empty();
        }
        try {
            Class<?> found = Class.forName(fullName, false, RecordClasses.class.getClassLoader());
            return SpecificRecord.class.isAssignableFrom(found)
                    ? Optional.of(found.asSubclass(SpecificRecord.class))
                    : Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }
}
