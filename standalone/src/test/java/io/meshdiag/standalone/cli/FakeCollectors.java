package io.meshdiag.standalone.cli;

import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.schema.FactKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collectors that only note what they are asked to do. */
final class FakeCollectors implements ContextCollector.Factory {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Set<String> unreachable;

    /** @param unreachable names of clusters that cannot be reached */
    FakeCollectors(String... unreachable) {
        this.unreachable = Set.of(unreachable);
    }

    List<String> calls() {
        return calls;
    }

    @Override
    public ContextCollector open(ClusterTarget target, ContextCollector.Shared shared) {
        return new ContextCollector() {
            @Override
            public void start() {
                connect("start");
            }

            @Override
            public void once() {
                connect("once");
                shared.publisher()
                        .tombstone(FactKey.parse("retail/" + target.name() + "@0a1b2c3d/NamespaceProfile/shop"));
            }

            private void connect(String call) {
                if (unreachable.contains(target.name())) {
                    throw new IllegalStateException(
                            "connection refused by " + target.client().getMasterUrl());
                }
                calls.add(call + " " + target.name());
            }

            @Override
            public String unready() {
                return "";
            }

            @Override
            public void close() {
                calls.add("close " + target.name());
            }
        };
    }
}
