package io.meshdiag.simulator.artifact.kubernetes;

import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** kubectl's tables: columns as wide as their widest cell and three blanks. */
final class Table {
    private Table() {}

    static void write(List<List<String>> rows, Writer out) throws IOException {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length() + 3);
            }
        }
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                out.write(cell);
                if (i < columns - 1) {
                    out.write(" ".repeat(widths[i] - cell.length()));
                }
            }
            out.write("\n");
        }
    }
}
