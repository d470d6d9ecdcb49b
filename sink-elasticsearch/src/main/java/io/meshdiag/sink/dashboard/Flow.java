package io.meshdiag.sink.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Places panels one after another into rows of a grid of 24 columns, as text flows. */
final class Flow {
    static final int COLUMNS = 24;

    private int x;
    private int y;
    private int rowHeight;

    /** Position of the next panel. */
    Place next(int width, int height) {
        if (x + width > COLUMNS) {
            x = 0;
            y += rowHeight;
            rowHeight = 0;
        }
        Place place = new Place(x, y, width, height);
        x += width;
        rowHeight = Math.max(rowHeight, height);
        return place;
    }

    /** A rectangle of the grid. */
    record Place(int x, int y, int width, int height) {
        void writeTo(ObjectNode node) {
            node.put("x", x).put("y", y).put("w", width).put("h", height);
        }

        /** The same place in a grid with columns half as wide and rows two thirds as high (Kibana's). */
        Place finer() {
            return new Place(2 * x, 3 * y / 2, 2 * width, 3 * (y + height) / 2 - 3 * y / 2);
        }
    }
}
