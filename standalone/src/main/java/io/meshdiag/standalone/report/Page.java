package io.meshdiag.standalone.report;

import io.meshdiag.schema.Printable;
import java.util.ArrayList;
import java.util.List;

/** Lines of text of a given width, filled from the top: paragraphs are wrapped, commands never are, so that they can be copied. */
final class Page {
    static final int NARROWEST = 60;
    /** Lines longer than this tire the eye. */
    static final int WIDEST = 140;

    private final StringBuilder text = new StringBuilder();
    private final Style style;
    private final int width;

    Page(Style style, int width) {
        this.style = style;
        this.width = Math.max(NARROWEST, Math.min(WIDEST, width));
    }

    Style style() {
        return style;
    }

    /** A line as it is; the caller has cleaned what others chose. */
    Page line(String line) {
        text.append(line.stripTrailing()).append('\n');
        return this;
    }

    Page blank() {
        text.append('\n');
        return this;
    }

    /** A heading over a part. */
    Page heading(String heading) {
        return line(style.bold(clean(heading)));
    }

    /** Wrapped text that starts after {@code first} and continues below its start. {@code first} may be styled: its width is given. */
    Page hanging(String first, int firstWidth, String paragraph) {
        String indent = " ".repeat(firstWidth);
        String lead = first;
        for (String part : wrap(clean(paragraph), width - firstWidth)) {
            line(lead + part);
            lead = indent;
        }
        return this;
    }

    /** A name in a column, and what it says beside it. */
    Page field(int indent, int column, String name, String paragraph) {
        String padded = " ".repeat(indent) + name + " ".repeat(Math.max(1, column - name.length()));
        return hanging(" ".repeat(indent) + style.dim(padded.substring(indent)), padded.length(), paragraph);
    }

    /** A command, ready to copy. */
    Page command(int indent, String command) {
        return line(" ".repeat(indent) + style.dim("$ ") + style.command(clean(command)));
    }

    @Override
    public String toString() {
        return text.toString();
    }

    static String clean(String text) {
        return Printable.clean(text);
    }

    /** Words in lines of at most that many characters; a longer word stands alone. At least one line. */
    static List<String> wrap(String paragraph, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : paragraph.strip().split(" +", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
