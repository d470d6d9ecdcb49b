package io.meshdiag.simulator.serve;

import io.meshdiag.simulator.fleet.Addressing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/**
 * Addresses of this machine's loopback network, 127.0.0.0/8: every node, pod and gateway has one of its own, and nothing
 * leaves the machine. Each cluster has a block of 2^16; blocks are held as long as this is open, so that several fleets
 * can be served side by side.
 */
final class Loopback implements Addressing, AutoCloseable {
    private static final int FIRST_BLOCK = 64;
    private static final int LAST_BLOCK = 250;
    /** Of the socket that holds a block; nobody connects to it. */
    private static final int PORT = 15_999;

    private final List<String> apiServers;
    private final ServerSocket[] held;
    private final int first;

    /** @param apiServers host and port, by the clusters' position in the scenario */
    Loopback(List<String> apiServers) {
        this.apiServers = List.copyOf(apiServers);
        this.held = new ServerSocket[apiServers.size()];
        int block = FIRST_BLOCK;
        while (!hold(block)) {
            block += held.length;
            if (block + held.length > LAST_BLOCK) {
                throw new IllegalStateException("All of this machine's loopback addresses are in use");
            }
        }
        this.first = block;
    }

    private boolean hold(int block) {
        try {
            for (int i = 0; i < held.length; i++) {
                held[i] = new ServerSocket(PORT, 1, InetAddress.getByName("127." + (block + i) + ".255.254"));
            }
            return true;
        } catch (IOException e) {
            close();
            return false;
        }
    }

    @Override
    public String node(int cluster, int number) {
        return "127." + (first + cluster) + ".254." + (number + 1);
    }

    @Override
    public String pod(int cluster, int number) {
        return "127." + (first + cluster) + "." + number / 250 + "." + (number % 250 + 2);
    }

    @Override
    public String gateway(int cluster) {
        return "127." + (first + cluster) + ".255.1";
    }

    @Override
    public String apiServer(int cluster) {
        return apiServers.get(cluster);
    }

    @Override
    public void close() {
        for (ServerSocket socket : held) {
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new IllegalStateException("A loopback address cannot be given back", e);
            }
        }
    }
}
