package io.meshdiag.collector.extract;

import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.istiod.EndpointShardzPage;
import io.meshdiag.collector.extract.istiod.IstiodPod;
import io.meshdiag.collector.extract.log.LogSignalsParser;
import io.meshdiag.collector.extract.x509.TestCertificates;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Reads generated pages of 300 MB each and prints what it saw. */
final class LargePagesMain {
    private static final long SIZE = 300L << 20;
    private static int facts;

    private LargePagesMain() {}

    public static void main(String[] args) throws Exception {
        String root = TestCertificates.base64(TestCertificates.root("Root").pem());
        String cluster = "{\"cluster\":{\"name\":\"outbound|80||s%d.ns.svc.cluster.local\",\"filler\":\""
                + "x".repeat(2_000) + "\",\"private_key\":{\"inline_bytes\":\"" + "A".repeat(2_000) + "\"}}}";
        String assignment =
                "{\"endpoint_config\":{\"cluster_name\":\"outbound|80||s%d.ns.svc.cluster.local\",\"endpoints\":[{\"lb_endpoints\":["
                        + "{\"endpoint\":{\"address\":{\"socket_address\":{\"address\":\"10.0.0.1\",\"port_value\":80}}},\"health_status\":\"HEALTHY\","
                        + "\"metadata\":{\"filter_metadata\":{\"istio\":{\"workload\":\"w;ns;c;r;cluster-%1$d\"}}}}]}]}}";
        GeneratedPage dump = new GeneratedPage(
                "{\"configs\":[{\"dynamic_active_secrets\":[{\"name\":\"ROOTCA\",\"secret\":{\"validation_context\":{\"trusted_ca\":{\"inline_bytes\":\""
                        + root + "\"}}}}]},{\"dynamic_active_clusters\":[",
                i -> (i == 0 ? "" : ",") + cluster.formatted(i),
                "]},{\"dynamic_endpoint_configs\":[",
                i -> (i == 0 ? "" : ",") + assignment.formatted(i),
                "]}]}");
        ProxyPages pages = new ProxyPages(new ProxyName("ns", "web-1"));
        pages.readConfigDump(dump.stream());
        pages.publish(TestPages.ORIGIN, fact -> facts++);
        report("config dump", dump);

        String endpoint =
                "{\"Addresses\":[\"10.1.%d.1\"],\"ServicePortName\":\"http\",\"Labels\":{\"app\":\"x\"},\"TLSMode\":\"istio\",\"HealthStatus\":1,\"Filler\":\""
                        + "x".repeat(400) + "\"}";
        String shard = "\"s%d.ns.svc.cluster.local\":{\"ns\":{\"Shards\":{\"Kubernetes/east\":["
                + (endpoint.formatted(1) + ",").repeat(9) + endpoint.formatted(2) + "]}}}";
        GeneratedPage shards = new GeneratedPage(
                "{\"huge.ns.svc.cluster.local\":{\"ns\":{\"Shards\":{\"Kubernetes/west\":[",
                i -> (i == 0 ? "" : ",") + endpoint.formatted(i),
                "]}}}",
                i -> "," + shard.formatted(i),
                "}");
        new EndpointShardzPage(new IstiodPod("istio-system", "istiod-1"), "1.28.1")
                .parse(shards.stream(), TestPages.ORIGIN, fact -> facts++);
        report("endpointShardz", shards);

        String line = "2026-08-22T15:00:18.123456Z\twarn\tads\tADS:LDS: ACK ERROR web-%d.shop-1 Internal:"
                + "x".repeat(1_000) + "\n" + "continued ".repeat(50) + "\n";
        GeneratedPage log = new GeneratedPage(
                "2026-08-22T15:00:18.123456Z\tinfo\tone line of 150 MB: ",
                i -> "y".repeat(10_000),
                "\n",
                line::formatted,
                "");
        new LogSignalsParser("istiod", "istio-system", "istiod-1")
                .parse(log.stream(), TestPages.ORIGIN, fact -> facts++);
        report("log", log);
    }

    private static void report(String page, GeneratedPage generated) {
        System.out.println(page + ": " + facts + " facts, " + (generated.given >> 20) + " MB");
        facts = 0;
    }

    /** Two lists of elements, each about half the size, generated while they are read. */
    private static final class GeneratedPage {
        private final String start;
        private final IntFunction<String> first;
        private final String middle;
        private final IntFunction<String> second;
        private final String end;
        private int stage;
        private int element;
        private long given;

        GeneratedPage(String start, IntFunction<String> first, String middle, IntFunction<String> second, String end) {
            this.start = start;
            this.first = first;
            this.middle = middle;
            this.second = second;
            this.end = end;
        }

        /** The next piece of the page; null at its end. */
        private String next() {
            if (stage == 1 || stage == 3) {
                if (given < (stage == 1 ? SIZE / 2 : SIZE)) {
                    return (stage == 1 ? first : second).apply(element++);
                }
                element = 0;
                stage++;
            }
            return switch (stage++) {
                case 0 -> start;
                case 2 -> middle;
                case 4 -> end;
                default -> null;
            };
        }

        InputStream stream() {
            return new InputStream() {
                private byte[] part = new byte[0];
                private int at;

                @Override
                public int read() {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    while (at == part.length) {
                        String next = next();
                        if (next == null) {
                            return -1;
                        }
                        part = next.getBytes(StandardCharsets.ISO_8859_1);
                        at = 0;
                    }
                    int copied = Math.min(length, part.length - at);
                    System.arraycopy(part, at, into, offset, copied);
                    at += copied;
                    given += copied;
                    return copied;
                }
            };
        }
    }
}
