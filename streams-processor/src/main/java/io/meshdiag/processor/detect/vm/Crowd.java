package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Machines that have the same trouble for the same reason: of one cluster and one WorkloadGroup, which is to machines what a Deployment is to pods.
 * One finding is about all of them. A machine without a group stands alone.
 *
 * @param key part of a scope key
 * @param machines those that can be believed; all, when none can
 * @param missing why none can be believed; empty when some can
 */
record Crowd(String key, List<Machine> machines, List<String> missing) {

    /**
     * Puts machines together.
     *
     * @param reason tells apart what one cause would not explain together; empty for the plain case
     * @param doubts why what a machine shows may not be so
     */
    static Stream<Crowd> of(
            Collection<Machine> machines, Function<Machine, String> reason, Function<Machine, List<String>> doubts) {
        Map<String, List<Machine>> byKey = new TreeMap<>();
        machines.forEach(machine -> {
            String why = reason.apply(machine);
            String key = key(machine) + (why.isEmpty() ? "" : "|" + why);
            byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(machine);
        });
        return byKey.entrySet().stream().map(e -> credible(e.getKey(), e.getValue(), doubts));
    }

    private static Crowd credible(String key, List<Machine> all, Function<Machine, List<String>> doubts) {
        List<Machine> believed =
                all.stream().filter(machine -> doubts.apply(machine).isEmpty()).toList();
        return believed.isEmpty()
                ? new Crowd(
                        key,
                        all,
                        all.stream()
                                .flatMap(machine -> doubts.apply(machine).stream())
                                .distinct()
                                .limit(20)
                                .toList())
                : new Crowd(key, believed, List.of());
    }

    private static String key(Machine machine) {
        String cluster = machine.home().map(Scopes::key).orElse("id:" + machine.clusterId());
        return machine.registersItself()
                ? cluster + "|" + Machines.group(machine.health())
                : cluster + "|vm|" + Scopes.key(machine.summary());
    }

    Machine first() {
        return machines.get(0);
    }

    /** "Virtual machine db-1.shop", or "3 virtual machines of group shop/db". */
    String title() {
        return machines.size() == 1
                ? "Virtual machine " + first().name()
                : machines.size() + " virtual machines of group " + Machines.group(first().health());
    }

    /** The same within a sentence. */
    String text() {
        return machines.size() == 1 ? first().name() : "these machines";
    }

    /** A verdict about them, with its place, its subject and who is affected. */
    VerdictBuilder verdict(MeshView view, Rule rule) {
        List<String> names = machines.stream().map(Machine::name).toList();
        VerdictBuilder verdict = VerdictBuilder.verdict(rule, key, missing)
                .scope(Scopes.ofMachines(view, first().clusterId(), names))
                .affected(0, 0, machines.size(), names);
        return machines.size() == 1
                ? verdict.subject("VirtualMachine", first().health().getNamespace(), first().name(), first().summary())
                : verdict.subject(
                        "WorkloadGroup",
                        first().health().getNamespace(),
                        first().health().getGroup(),
                        first().summary());
    }

    /** A command on the first of them. */
    String on(String command) {
        return onMachine(first(), command);
    }

    static String onMachine(Machine machine, String command) {
        return "ssh -- " + quote(host(machine.health().getHostName(), machine.name())) + " " + quote(command);
    }

    /** The host of a machine's name. */
    static String host(String hostName, String vm) {
        int namespace = vm.lastIndexOf('.');
        return !hostName.isEmpty() ? hostName : namespace > 0 ? vm.substring(0, namespace) : vm;
    }
}
