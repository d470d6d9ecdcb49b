package io.meshdiag.processor.detect;

import io.meshdiag.finding.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * A rule as people read it, and what the life cycle and the incident stage need to know of it.
 *
 * @param id family and number, for example TRU-01; never reused
 * @param name the detector's class name
 * @param version rises when the detection changes; identity of findings does not depend on it
 * @param level the scope that it is judged in
 * @param severity default, before a verdict says otherwise
 * @param title one line: the fault as a noun phrase
 * @param why what breaks and how it comes about, for someone who sees it the first time
 * @param remediation what to do in general; a verdict fills in the names
 * @param activateAfter how long it must hold, in event time, before the finding is active; zero = at once
 * @param resolveAfter how long it must be gone before the finding is resolved
 * @param reads records that the detector looks at besides the cluster summaries
 * @param explains rules whose findings are symptoms of this one, and where they must meet
 */
public record Rule(
        String id,
        String name,
        int version,
        Level level,
        Severity severity,
        String title,
        String why,
        String remediation,
        Duration activateAfter,
        Duration resolveAfter,
        Set<Class<? extends SpecificRecord>> reads,
        List<Edge> explains) {

    private static final Pattern ID = Pattern.compile("[A-Z]{3}-[0-9]{2}");

    /** Scope in which a rule is judged. */
    public enum Level {
        CLUSTER,
        /** One virtual machine. */
        MACHINE,
        SERVICE,
        MESH,
        /** The open findings of a mesh. */
        INCIDENT
    }

    /** Where a cause and its symptom must meet. */
    public enum JoinOn {
        /** Every cluster of the cause is among the symptom's clusters. */
        CLUSTER,
        /** Every cluster of the symptom is among the cause's clusters. */
        AMONG,
        /** Same ordered pair. */
        PAIR,
        /** Same ordered pair, the symptom's pair written the other way round. */
        REVERSED_PAIR,
        /** The symptom's pair leads to the cause's cluster, from one of the cause's observers. */
        TOWARDS,
        /** The symptom is about the one cluster that the cause's pair leads to. */
        TARGET,
        /** Every virtual machine of the symptom is among the cause's. */
        MACHINES
    }

    /**
     * This rule's findings explain findings of another rule.
     *
     * @param symptom id of the other rule
     * @param joinOn where they must meet
     * @param reason shown to people: why the one follows from the other
     */
    public record Edge(String symptom, JoinOn joinOn, String reason) {}

    public Rule {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("a rule's id is like TRU-01, not " + id);
        }
        for (String text : List.of(name, title, why, remediation)) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("rule " + id + " lacks a text");
            }
        }
        reads = Set.copyOf(reads);
        explains = List.copyOf(explains);
    }

    /** The same rule with another severity and other hold times. */
    public Rule with(Severity otherSeverity, Duration otherActivateAfter, Duration otherResolveAfter) {
        return new Rule(
                id,
                name,
                version,
                level,
                otherSeverity,
                title,
                why,
                remediation,
                otherActivateAfter,
                otherResolveAfter,
                reads,
                explains);
    }

    /** First three letters of the id. */
    public String family() {
        return id.substring(0, 3);
    }
}
