package io.meshdiag.simulator.serve;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/** Several streams over one WebSocket, as Kubernetes does in v4.channel.k8s.io: the first byte is the stream's number. */
record Channels(ServerWebSocket socket) {
    static final String PROTOCOL = "v4.channel.k8s.io";
    private static final int CHUNK = 32 * 1024;

    void send(int channel, Buffer data) {
        for (int from = 0; from < data.length(); from += CHUNK) {
            sendFrame(channel, data.slice(from, Math.min(data.length(), from + CHUNK)));
        }
    }

    Future<Void> sendFrame(int channel, Buffer data) {
        return socket.writeBinaryMessage(
                Buffer.buffer(1 + data.length()).appendByte((byte) channel).appendBuffer(data));
    }
}
