package io.meshdiag.standalone.cli;

import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.rules.RulesFile;
import io.meshdiag.processor.topology.Catalogue;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the commands that run as services have in common. */
final class Services {
    private Services() {}

    /** @throws BadInputException when the environment has mistakes */
    static <T> T configuration(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
    }

    /**
     * The rules as the file says; without one, as they are by themselves.
     *
     * @throws BadInputException when the file has mistakes
     */
    static Catalogue rules(Optional<Path> file) {
        RuleSettings settings = configuration(() -> RulesFile.read(file, Instant.now()));
        return Catalogue.configured(settings);
    }

    /**
     * Where health and metrics are: MESHDIAG_HTTP_ADDRESS, on loopback unless it says otherwise.
     *
     * @throws BadInputException when it is no address
     */
    static InetSocketAddress httpAddress(Map<String, String> environment) {
        return address(environment.getOrDefault("MESHDIAG_HTTP_ADDRESS", "127.0.0.1:9464"));
    }

    /** @throws BadInputException when it is no address */
    static InetSocketAddress address(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    address.substring(0, Math.max(0, colon)), Integer.parseInt(address.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("MESHDIAG_HTTP_ADDRESS is '" + address + "'; write host:port", e);
        }
    }
}
