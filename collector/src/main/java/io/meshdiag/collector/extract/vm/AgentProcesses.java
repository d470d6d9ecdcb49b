package io.meshdiag.collector.extract.vm;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the process table says of the agent and its Envoy.
 *
 * @param agent true when {@code pilot-agent proxy} runs
 * @param envoy true when {@code envoy} runs
 * @param agentStartedAfterBoot null when the agent does not run
 * @param levels what they were told to log
 */
public record AgentProcesses(boolean agent, boolean envoy, Duration agentStartedAfterBoot, LogLevels levels) {

    /** @param table every process of the machine; only those two are kept, and of their arguments only log levels */
    public static AgentProcesses of(Stream<ProcessEntry> table) {
        List<ProcessEntry> ours = table.filter(p -> isAgent(p) || isEnvoy(p)).toList();
        ProcessEntry agent =
                ours.stream().filter(AgentProcesses::isAgent).findFirst().orElse(null);
        return new AgentProcesses(
                agent != null,
                ours.stream().anyMatch(AgentProcesses::isEnvoy),
                agent == null ? null : agent.startedAfterBoot(),
                agent == null ? new LogLevels(null, null) : LogLevels.ofArguments(agent.arguments()));
    }

    /** The same program sets up iptables and answers probes: only "proxy" is the agent. */
    private static boolean isAgent(ProcessEntry process) {
        return process.program().equals("pilot-agent") && process.arguments().contains("proxy");
    }

    private static boolean isEnvoy(ProcessEntry process) {
        return process.program().equals("envoy");
    }
}
