package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages far larger than the heap, read in a JVM that has 256 MB, or less where the parser is slower. */
class BoundedMemoryTest {
    @Test
    void a300MegabyteJsonListIsReadWithA256MegabyteHeap() throws Exception {
        assertThat(read("json", 300, "256m")).isEqualTo("ok");
    }

    @Test
    void a60MegabyteYamlListIsReadWithA40MegabyteHeap() throws Exception {
        assertThat(read("yaml", 60, "40m")).isEqualTo("ok");
    }

    private static String read(String format, int megabytes, String heap) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        format,
                        Integer.toString(megabytes))
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return child.exitValue() == 0 ? "ok" : said;
    }

    /** Reads a generated list and fails unless every object came through. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            boolean json = args[0].equals("json");
            String item = json ? jsonItem() : yamlItem();
            long items = Long.parseLong(args[1]) * 1024 * 1024 / item.length() + 1;
            long[] seen = new long[1];
            KubernetesListParser.parse(
                    new Repeated(
                            json ? "{\"items\":[" : "apiVersion: v1\nitems:\n",
                            item,
                            items,
                            json ? "{}]}" : "kind: List\n"),
                    object -> seen[0] += object.kind().equals("Pod") ? 1 : 0);
            if (seen[0] != items) {
                throw new AssertionError(seen[0] + " of " + items + " objects");
            }
        }

        private static String jsonItem() {
            return "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\",\"annotations\":{\"a\":\"" + "x".repeat(20_000)
                    + "\"}}},";
        }

        private static String yamlItem() {
            String line = "        " + "y".repeat(100) + "\n";
            return "- kind: Pod\n  metadata:\n    annotations:\n      note: |\n" + line.repeat(200)
                    + "    name: web\n  spec:\n    containers:\n    - name: web\n";
        }
    }

    /** A text that is made while it is read. */
    private static final class Repeated extends InputStream {
        private final java.util.Iterator<byte[]> parts;
        private byte[] part = {};
        private int at;

        Repeated(String head, String item, long items, String tail) {
            byte[] bytes = item.getBytes(StandardCharsets.UTF_8);
            parts = Stream.of(
                            List.of(head.getBytes(StandardCharsets.UTF_8)).stream(),
                            Stream.generate(() -> bytes).limit(items),
                            List.of(tail.getBytes(StandardCharsets.UTF_8)).stream())
                    .flatMap(s -> s)
                    .iterator();
        }

        @Override
        public int read() {
            return advance() ? part[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (!advance()) {
                return -1;
            }
            int n = Math.min(length, part.length - at);
            System.arraycopy(part, at, buffer, offset, n);
            at += n;
            return n;
        }

        private boolean advance() {
            while (at == part.length) {
                if (!parts.hasNext()) {
                    return false;
                }
                part = parts.next();
                at = 0;
            }
            return true;
        }
    }
}
