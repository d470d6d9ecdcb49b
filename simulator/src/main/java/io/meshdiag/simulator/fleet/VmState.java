package io.meshdiag.simulator.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a virtual machine is: the truth from which its own pages, istiod's lists and its WorkloadEntry follow. */
public final class VmState {
    private final List<LogLine> log = new ArrayList<>();
    private Duration up = Duration.ofDays(12);
    private boolean agentRuns = true;
    private boolean configured = true;
    private boolean connected = true;
    private boolean registered = true;
    private boolean redirected = true;
    private boolean token = true;
    private int refusals;
    private String network;

    VmState(String network) {
        this.network = network;
    }

    /** What faults made its agent say. */
    public List<LogLine> log() {
        return log;
    }

    /** Since it booted. */
    public Duration up() {
        return up;
    }

    /** It booted so long ago, and everything else began then. */
    public void boot(Duration ago) {
        up = ago;
    }

    public boolean agentRuns() {
        return agentRuns;
    }

    /** The unit failed: nothing of Istio runs on it any more. */
    public void stopAgent() {
        agentRuns = false;
        leave();
    }

    /** Whether its Envoy ever got listeners. */
    public boolean configured() {
        return configured;
    }

    /** Its Envoy started and never got anything. */
    public void neverConfigured() {
        configured = false;
        leave();
    }

    /** Whether an istiod lists it. */
    public boolean connected() {
        return connected;
    }

    /** Whether it has a WorkloadEntry. */
    public boolean registered() {
        return registered;
    }

    /** No istiod lists it any more, and its WorkloadEntry is cleaned up. */
    public void leave() {
        connected = false;
        registered = false;
    }

    /** How often istiod did not register it. */
    public int refusals() {
        return refusals;
    }

    /** istiod turns it away so many times because of its registration. */
    public void refuse(int times) {
        refusals = times;
        leave();
    }

    /** Whether the packet filter leads its traffic into Envoy. */
    public boolean redirected() {
        return redirected;
    }

    public void flushRedirection() {
        redirected = false;
    }

    /** Whether there is a token. */
    public boolean token() {
        return token;
    }

    public void loseToken() {
        token = false;
    }

    /** ISTIO_META_NETWORK. */
    public String network() {
        return network;
    }

    public void network(String other) {
        network = other;
    }
}
