package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.VmHealth;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Shell;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.util.List;

/** A virtual machine in its own scope, where nothing is known of others. */
record Own(ClusterView view, Row<VmHealth> row) {
    VmHealth health() {
        return row.fact();
    }

    String name() {
        return view.cluster().getVm();
    }

    /** A verdict about it, with its place, its subject and who is affected. */
    VerdictBuilder verdict(Rule rule, List<String> missing) {
        ClusterSummary machine = view.cluster();
        return VerdictBuilder.verdict(rule, Scopes.key(machine), missing)
                .scope(Scopes.ofMachines(view, machine.getClusterId(), List.of(name())))
                .subject("VirtualMachine", health().getNamespace(), name(), machine)
                .affected(0, 0, 1, List.of(name()));
    }

    /** A command on it. */
    String on(String command) {
        return "ssh -- " + Shell.quote(Crowd.host(health().getHostName(), name())) + " " + Shell.quote(command);
    }
}
