package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.ServicePortRef;
import io.meshdiag.fact.WorkloadGroup;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;

/** WorkloadGroup: the template that VMs' entries are made from. */
final class WorkloadGroups implements Extractor {
    private static final int MAX_PORTS = 100;

    @Override
    public void extract(KubernetesObject object, Origin origin, FactSink facts) {
        if (!object.kind().equals("WorkloadGroup") || !object.group().equals("networking.istio.io")) {
            return;
        }
        JsonNode template = object.spec().path("template");
        facts.accept(Digests.stamp(WorkloadGroup.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:WorkloadGroup")
                        .header())
                .setNamespace(object.namespace())
                .setName(object.name())
                .setNetwork(KubernetesObject.textOrNull(template.path("network")))
                .setServiceAccount(KubernetesObject.textOrNull(template.path("serviceAccount")))
                .setPorts(template.path("ports").properties().stream()
                        .limit(MAX_PORTS)
                        .map(p -> ServicePortRef.newBuilder()
                                .setName(Printable.shorten(p.getKey(), 63))
                                .setPort(p.getValue().asInt())
                                .build())
                        .toList())
                .setProbe(object.spec().hasNonNull("probe"))
                .build()));
    }
}
