package io.meshdiag.collector.cluster.pods;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a command prints in place of a page (istio: pilot/pkg/request, pkg/log). Its errors are logged to standard output before they come to
 * standard error, and an answer of 404 is printed like a page, with exit code 0.
 */
record CommandComplaint(String words, boolean notFound) {
    private static final int ENOUGH = 1024;
    private static final Pattern LOGGED = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+\\t(error|fatal)\\t.*");
    private static final Pattern NOT_FOUND =
            Pattern.compile("404 page not found|Proxy not connected to this .*|invalid path\\. .*");

    /** Looks at the first line and leaves the output as it was; null when it begins as a page does. */
    static CommandComplaint at(BufferedInputStream output) throws IOException {
        output.mark(ENOUGH);
        String line = firstLine(output);
        output.reset();
        boolean notFound = NOT_FOUND.matcher(line).matches();
        return notFound || LOGGED.matcher(line).matches() ? new CommandComplaint(line, notFound) : null;
    }

    /** Empty for JSON and metrics: a page is not waited for. */
    private static String firstLine(BufferedInputStream output) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = output.read();
        if (b < 0) {
            throw new IOException("no output");
        }
        while (b >= 0 && b != '\n' && !page(line.size(), b) && line.size() < ENOUGH - 1) {
            line.write(b);
            b = output.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static boolean page(int position, int b) {
        return position == 0 && (b == '{' || b == '[' || b == '#');
    }

    ByteArrayInputStream body() {
        return new ByteArrayInputStream(words.getBytes(StandardCharsets.UTF_8));
    }
}
