package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Small files that are read whole. */
final class BoundedText {
    private BoundedText() {}

    /**
     * @param what names the page in the message: "the token"
     * @throws UnreadablePageException when the page is larger than such a page can be
     */
    static String read(InputStream page, int maxBytes, String what) throws IOException, UnreadablePageException {
        byte[] bytes = page.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw new UnreadablePageException(what + " is larger than " + maxBytes + " bytes: it is something else");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
