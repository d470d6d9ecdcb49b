package io.meshdiag.standalone.report;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.finding.Finding;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What one run concluded about a fleet, and what it rests on.
 *
 * @param clusters one per archive, in the order given
 * @param findings all findings, open or not, sorted by id
 * @param facts facts that were published
 * @param deadLetters records that the pipeline could not read; more than 0 is a defect of ours
 * @param notes what a reader of the findings should know about the run
 */
public record Diagnosis(
        List<ClusterLook> clusters, List<Finding> findings, long facts, long deadLetters, List<String> notes) {

    /**
     * One archive.
     *
     * @param vm the virtual machine that it is of; null for a cluster's
     * @param archive the path as given
     * @param takenAt when the archive was made
     * @param gaps sources that could not be read completely
     */
    public record ClusterLook(
            String archive, String mesh, String cluster, String vm, Instant takenAt, List<SourceCoverage> gaps) {
        public ClusterLook {
            gaps = List.copyOf(gaps);
        }

        /** Of a cluster. */
        public ClusterLook(String archive, String mesh, String cluster, Instant takenAt, List<SourceCoverage> gaps) {
            this(archive, mesh, cluster, null, takenAt, gaps);
        }
    }

    public Diagnosis {
        clusters = List.copyOf(clusters);
        notes = List.copyOf(notes);
        findings =
                findings.stream().sorted(Comparator.comparing(Finding::getId)).toList();
    }
}
