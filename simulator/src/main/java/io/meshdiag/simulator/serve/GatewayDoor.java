package io.meshdiag.simulator.serve;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;

/** Port 15443 of a cluster's east-west gateway, for who only knocks: it shakes hands in TLS and says nothing more. */
final class GatewayDoor {
    private static final int PORT = 15443;

    private final Vertx vertx;
    private final String address;
    private final PemKeyCertOptions certificate;
    private Future<NetServer> server;

    GatewayDoor(Vertx vertx, String address, PemKeyCertOptions certificate) {
        this.vertx = vertx;
        this.address = address;
        this.certificate = certificate;
    }

    synchronized Future<?> turn(GatewayState state) {
        Future<Void> closed = server == null ? Future.succeededFuture() : server.compose(NetServer::close);
        server = state == GatewayState.CLOSED ? null : closed.compose(nothing -> listen(state));
        return server == null ? closed : server;
    }

    private Future<NetServer> listen(GatewayState state) {
        NetServerOptions options = new NetServerOptions();
        if (state == GatewayState.OPEN) {
            options.setSsl(true).setKeyCertOptions(certificate);
        }
        return vertx.createNetServer(options)
                .connectHandler(caller -> caller.handler(ignored -> {}))
                .listen(PORT, address);
    }
}
