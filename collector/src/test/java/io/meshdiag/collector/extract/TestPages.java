package io.meshdiag.collector.extract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Feeds pages to parsers and collects what they say. */
public final class TestPages {
    public static final Instant AT = Instant.parse("2026-08-22T15:00:00Z");
    public static final Origin ORIGIN =
            new Origin("mesh1", "east", "0a1b2c3d-0000", "istiod/istio-system/istiod-1", AT, "istiod:/debug/test");

    private TestPages() {}

    public static InputStream stream(String page) {
        return new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8));
    }

    /** All facts of a page. */
    public static List<SpecificRecord> facts(PageParser parser, String page)
            throws IOException, UnreadablePageException {
        return facts(parser, stream(page));
    }

    public static List<SpecificRecord> facts(PageParser parser, InputStream page)
            throws IOException, UnreadablePageException {
        List<SpecificRecord> facts = new ArrayList<>();
        parser.parse(page, ORIGIN, facts::add);
        return facts;
    }

    /** The facts of one kind. */
    public static <T> List<T> only(Class<T> kind, List<SpecificRecord> facts) {
        return facts.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
