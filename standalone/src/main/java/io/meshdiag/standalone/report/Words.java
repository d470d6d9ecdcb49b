package io.meshdiag.standalone.report;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Suppression;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers, times and ids as people read them. */
final class Words {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ID_PREFIX = "mf1-";
    private static final int SHORT_ID = ID_PREFIX.length() + 8;
    private static final int SAMPLES = 3;

    private Words() {}

    static String time(Instant time) {
        return MINUTE.format(time);
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** "1 cluster", "5 clusters". */
    static String count(long count, String noun) {
        return number(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** Enough of an id to tell findings apart; explain accepts it. */
    static String shortId(String id) {
        return id.length() <= SHORT_ID ? id : id.substring(0, SHORT_ID);
    }

    static String affected(Affected affected) {
        List<String> counts = new ArrayList<>();
        addCount(counts, affected.getClusters(), "cluster");
        addCount(counts, affected.getServices(), "service");
        if (affected.getProxies() > 0) {
            counts.add(number(affected.getProxies()) + (affected.getProxies() == 1 ? " proxy" : " proxies"));
        }
        String who = counts.isEmpty() ? "not counted" : String.join(", ", counts);
        List<String> samples = affected.getSamples();
        if (samples.isEmpty()) {
            return who;
        }
        String shown = String.join(", ", samples.subList(0, Math.min(SAMPLES, samples.size())));
        return who + ": " + shown + (samples.size() > SAMPLES ? ", …" : "");
    }

    /** When it began, and how sure that is: an archive is one look, and tells the beginning only where the facts carry it. */
    static String since(Finding finding) {
        String since = time(finding.getFirstSeen());
        if (!finding.getSeenOnce()) {
            return since;
        }
        return finding.getFirstSeen().equals(finding.getLastSeen())
                ? "not known; seen once, " + since
                : since + "; seen once, " + time(finding.getLastSeen());
    }

    /** Who decided not to be told, why, until when. */
    static String suppressed(Finding finding) {
        Suppression suppression = finding.getSuppression();
        return suppression.getReason() + " (" + suppression.getBy() + ", until " + time(suppression.getUntil()) + ")";
    }

    private static void addCount(List<String> counts, int count, String noun) {
        if (count > 0) {
            counts.add(count(count, noun));
        }
    }
}
