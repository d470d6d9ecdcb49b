package io.meshdiag.processor.topology;

import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.incident.CommonFactor;
import io.meshdiag.processor.rules.IncidentTimes;
import io.meshdiag.processor.rules.RuleSetting;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.rules.Silences;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ServiceView;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rules that a topology runs, by the scope that they judge.
 *
 * @param commonFactor how people want the rule that judges findings
 * @param silences which findings nobody is to be told
 */
public record Catalogue(
        List<Detector<ClusterView>> cluster,
        List<Detector<ClusterView>> machine,
        List<Detector<ServiceView>> service,
        List<Detector<MeshView>> mesh,
        RuleSetting commonFactor,
        Silences silences,
        IncidentTimes incidentTimes) {

    /** These rules, none for machines alone, everything told. */
    public Catalogue(
            List<Detector<ClusterView>> cluster, List<Detector<ServiceView>> service, List<Detector<MeshView>> mesh) {
        this(cluster, List.of(), service, mesh, RuleSetting.NONE, new Silences(List.of()), IncidentTimes.DEFAULT);
    }

    /** Everything that Meshdiag knows, as people want it. */
    public static Catalogue configured(RuleSettings settings) {
        return new Catalogue(
                settings.applyTo(Detectors.ofCluster()),
                settings.applyTo(Detectors.ofMachine()),
                settings.applyTo(Detectors.ofService()),
                settings.applyTo(Detectors.ofMesh()),
                settings.of(CommonFactor.RULE.id()),
                new Silences(settings.silences()),
                settings.incidentTimes());
    }

    /** Every rule once. */
    public List<Rule> all() {
        return Stream.concat(
                        Stream.of(cluster, machine, service, mesh)
                                .flatMap(List::stream)
                                .map(Detector::rule),
                        Stream.of(CommonFactor.RULE)
                                .filter(rule -> commonFactor.enabled())
                                .map(commonFactor::applyTo))
                .toList();
    }
}
