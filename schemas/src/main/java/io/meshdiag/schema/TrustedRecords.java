package io.meshdiag.schema;

import java.util.Set;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that our generated records may be instantiated from schemas. Since 1.12.2 Avro refuses every class that nobody vouched for, because a
 * schema from a hostile registry could otherwise name any class on the class path.
 *
 * <p>Each program calls {@link #trust} before it touches a record; the serde does so for its users.
 */
public final class TrustedRecords {
    private static final Set<String> PACKAGES = Set.of("io.meshdiag.fact", "io.meshdiag.finding", "io.meshdiag.state");

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> PACKAGES.contains(type.getPackageName())));
        // Lists of a decoded record compare their items by the global model, which knows no time inside a union unless
        // it is told.
        GenericData.get().addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    }

    private TrustedRecords() {}

    /** Has an effect once; calling it again costs nothing. */
    public static void trust() {
        // The static initializer does the work exactly once.
    }
}
