package io.meshdiag.simulator.serve;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Port-forward into simulated pods. What a pod's own loopback would serve listens on a port of 127.0.0.1, opened when it is
 * first asked for.
 */
final class Forwarding {
    private final Vertx vertx;
    private final Kubelet.PodLookup pods;
    private final Function<String, Trouble> troubles;
    private final Map<String, Future<HttpServer>> servers = new ConcurrentHashMap<>();

    /** @param troubles by the pod's name; null = none */
    Forwarding(Vertx vertx, Kubelet.PodLookup pods, Function<String, Trouble> troubles) {
        this.vertx = vertx;
        this.pods = pods;
        this.troubles = troubles;
    }

    /** Stream 0 is data, 1 tells errors; each begins with the port, low byte first. */
    void forward(ServedPod pod, int port, Channels channels) {
        Buffer number = Buffer.buffer().appendUnsignedShortLE(port);
        channels.sendFrame(0, number);
        channels.sendFrame(1, number);
        if (pod.site(port) == null) {
            Buffer why = Buffer.buffer("dial tcp4 127.0.0.1:" + port + ": connect: connection refused");
            channels.sendFrame(1, why).onComplete(sent -> channels.socket().close());
            return;
        }
        // Bytes may come before the connection stands: they wait in the socket.
        channels.socket().pause();
        server(pod, port)
                .compose(server -> vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"))
                .onSuccess(inside -> join(channels, inside))
                .onFailure(failure -> channels.socket().close());
    }

    private Future<HttpServer> server(ServedPod pod, int port) {
        String namespace = pod.pod().namespace();
        String name = pod.pod().name();
        Supplier<Site> site = () -> {
            ServedPod now = pods.pod(namespace, name);
            return now == null ? null : now.site(port);
        };
        return servers.computeIfAbsent(
                namespace + "/" + name + ":" + port,
                key -> new PageServer(vertx, site, null, () -> troubles.apply(name)).listen("127.0.0.1", 0));
    }

    private static void join(Channels channels, NetSocket inside) {
        channels.socket().binaryMessageHandler(message -> {
            if (message.length() > 1 && message.getByte(0) == 0) {
                inside.write(message.slice(1, message.length()));
            }
        });
        channels.socket().closeHandler(closed -> inside.close());
        inside.closeHandler(closed -> channels.socket().close());
        inside.handler(data -> {
            channels.send(0, data);
            if (channels.socket().writeQueueFull()) {
                inside.pause();
                channels.socket().drainHandler(drained -> inside.resume());
            }
        });
        channels.socket().resume();
    }
}
