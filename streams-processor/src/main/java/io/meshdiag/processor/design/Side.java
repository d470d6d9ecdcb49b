package io.meshdiag.processor.design;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.IstioResource;
import io.meshdiag.fact.ServiceEndpoints;
import java.util.List;
import java.util.Optional;

/**
 * One cluster as the question needs it.
 *
 * @param service its own Service of that name; empty when it has none
 * @param destinationRules all of the cluster
 */
public record Side(ClusterProfile profile, Optional<ServiceEndpoints> service, List<IstioResource> destinationRules) {
    public Side {
        destinationRules = List.copyOf(destinationRules);
    }

    String cluster() {
        return profile.getHeader().getClusterId();
    }

    int ready() {
        return service.map(ServiceEndpoints::getReady).orElse(0);
    }
}
