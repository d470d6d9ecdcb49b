package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.SmallJvm;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages far larger than the heap, read in a JVM that has 256 MB, or less where the parser is slower. */
class BoundedMemoryTest {
    @Test
    void a300MegabyteJsonListIsReadWithA256MegabyteHeap() throws Exception {
        SmallJvm.run("256m", Child.class, "json", "300");
    }

    @Test
    void a60MegabyteYamlListIsReadWithA40MegabyteHeap() throws Exception {
        SmallJvm.run("40m", Child.class, "yaml", "60");
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
