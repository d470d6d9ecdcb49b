package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BiConsumer;

/** The table of {@code kubectl get secrets [-A]}: [NAMESPACE] NAME TYPE DATA AGE. Names only. */
final class SecretTable {
    private SecretTable() {}

    /** Hands on namespace and name of every row; the namespace is empty when the table has no such column. */
    static void read(InputStream page, BiConsumer<String, String> names) throws IOException, UnreadablePageException {
        Lines lines = new Lines(page);
        String header = lines.next();
        if (header == null) {
            throw new UnreadablePageException("the table of secrets is empty");
        }
        boolean namespaced = header.stripLeading().startsWith("NAMESPACE");
        int columns = namespaced ? 5 : 4;
        for (String line = lines.next(); line != null; line = lines.next()) {
            String[] cells = line.strip().split("\\s+");
            if (cells.length == columns) {
                names.accept(namespaced ? clean(cells[0]) : "", clean(cells[namespaced ? 1 : 0]));
            }
        }
    }

    private static String clean(String text) {
        return Printable.shorten(text, 253);
    }
}
