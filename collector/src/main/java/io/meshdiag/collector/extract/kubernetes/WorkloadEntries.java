package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;

/** WorkloadEntry: a VM's endpoint, with what auto-registration wrote into its annotations. */
final class WorkloadEntries implements Extractor {
    @Override
    public void extract(KubernetesObject object, Origin origin, FactSink facts) {
        if (!object.kind().equals("WorkloadEntry") || !object.group().equals("networking.istio.io")) {
            return;
        }
        JsonNode spec = object.spec();
        facts.accept(Digests.stamp(WorkloadEntry.newBuilder()
                .setHeader(origin.seenBy(origin.observer(), "kubernetes:WorkloadEntry")
                        .header())
                .setNamespace(object.namespace())
                .setName(object.name())
                .setAddress(KubernetesObject.name(spec.path("address")))
                .setNetwork(KubernetesObject.textOrNull(spec.path("network")))
                .setServiceAccount(KubernetesObject.textOrNull(spec.path("serviceAccount")))
                .setGroup(annotation(object, "istio.io/autoRegistrationGroup"))
                .setController(annotation(object, "istio.io/workloadController"))
                .setConnectedAt(KubernetesObject.time(object.annotation("istio.io/connectedAt")))
                .setDisconnectedAt(KubernetesObject.time(object.annotation("istio.io/disconnectedAt")))
                .setHealthy(object.conditionTrue("Healthy"))
                .build()));
    }

    private static String annotation(KubernetesObject object, String key) {
        String value = object.annotation(key);
        return value == null ? null : Printable.shorten(value, 253);
    }
}
