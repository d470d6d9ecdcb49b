package io.meshdiag.collector.cluster.cni;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.kubernetes.CniMetricsPage;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the metrics of istio-cni-node pods in turn, for the CniNodes that {@link AgentMetrics} helps to write. */
public final class CniMetricsRound implements Rounds.Task {
    /** Name in the coverage. */
    public static final String SOURCE = "cni/metrics";

    private final Surroundings around;
    private final CniSettings settings;
    private final AgentMetrics metrics;
    private final Rotation rotation = new Rotation();

    public CniMetricsRound(Surroundings around, CniSettings settings, AgentMetrics metrics) {
        this.around = around;
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void run() throws InterruptedException {
        Instant now = around.origin().clock().instant();
        List<Pod> agents = around.pods().cniAgents();
        Set<String> names = agents.stream().map(Rotation::name).collect(Collectors.toCollection(TreeSet::new));
        around.board().expect(SOURCE, names);
        metrics.retain(names);
        for (Pod agent : rotation.next(agents, settings.metricsPerRound(), now)) {
            read(agent);
        }
    }

    private void read(Pod agent) throws InterruptedException {
        try (InputStream page = around.access().get(agent, agent.metricsPort(), "/metrics")) {
            metrics.put(agent, CniMetricsPage.parse(page));
            around.board()
                    .read(SOURCE, Rotation.name(agent), around.origin().clock().instant());
        } catch (PageException e) {
            around.board().failed(SOURCE, Rotation.name(agent), e.state(), e.getMessage());
        } catch (UnreadablePageException e) {
            around.board().failed(SOURCE, Rotation.name(agent), SourceState.UNREADABLE, e.getMessage());
        } catch (IOException e) {
            around.board()
                    .failed(
                            SOURCE,
                            Rotation.name(agent),
                            SourceState.UNREACHABLE,
                            "the metrics ended early; tried again in turn");
        }
    }
}
