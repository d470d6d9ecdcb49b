package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.SelectedPods;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Printable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** SelectedPods: ServiceEntries with the pods of StatefulSets that they select. */
final class SelectedPodNames implements Assembler {
    private static final int MAX_PODS = 200;
    private static final int MAX_TEXT = 500;

    @Override
    public Stream<Subject> subjects(Inventory cluster) {
        return cluster.selectors().stream().flatMap(SelectedPodNames::subjects);
    }

    /** One for each host, because istiod lists endpoints by host. */
    static Stream<Subject> subjects(PodSelector selector) {
        return selector.hosts().stream().map(host -> new Subject(FactKind.SELECTED_PODS, selector.namespace(), host));
    }

    @Override
    public Optional<SpecificRecord> assemble(Subject subject, Inventory cluster, Origin origin) {
        return cluster.selectors().stream()
                .filter(selector -> selector.namespace().equals(subject.namespace())
                        && selector.hosts().contains(subject.name()))
                .findFirst()
                .flatMap(selector -> fact(selector, subject.name(), cluster, origin));
    }

    private static Optional<SpecificRecord> fact(PodSelector selector, String host, Inventory cluster, Origin origin) {
        List<String> pods = cluster.podsIn(selector.namespace()).stream()
                .filter(pod -> pod.stateful() && pod.ready() && pod.running() && selector.selects(pod))
                .map(Pod::name)
                .sorted()
                .toList();
        return pods.isEmpty()
                ? Optional.empty()
                : Optional.of(Digests.stamp(SelectedPods.newBuilder()
                        .setHeader(origin.seenBy(origin.observer(), "kubernetes:ServiceEntry")
                                .header())
                        .setNamespace(selector.namespace())
                        .setHost(Printable.shorten(host, MAX_TEXT))
                        .setServiceEntry(selector.name())
                        .setSelector(Printable.shorten(selector.text(), MAX_TEXT))
                        .setPods(pods.stream().limit(MAX_PODS).toList())
                        .setPodsCount(pods.size())
                        .build()));
    }
}
