package io.meshdiag.simulator.scenario;

/**
 * Virtual machines of one WorkloadGroup.
 *
 * @param group name of the WorkloadGroup, and of the app
 * @param namespace its namespace
 * @param count number of machines
 */
public record VmSpec(String group, String namespace, int count) {
    static VmSpec read(Fields fields) {
        return new VmSpec(fields.text("group"), fields.text("namespace"), fields.number("count", 1, 1, 10_000));
    }
}
