package io.meshdiag.simulator.fleet;

/** A virtual machine that joined the mesh through a cluster. */
public record Vm(String namespace, String group, String name, String ip, String network) {
    /** istiod's name of it. */
    public String id() {
        return name + "." + namespace;
    }

    /** Name of the WorkloadEntry that istiod made for it. */
    public String workloadEntry() {
        return group + "-" + ip + "-" + network;
    }
}
