package io.meshdiag.standalone.report;

import io.meshdiag.processor.design.Reason;
import java.util.List;

/** Why only local endpoints of a service answer, as people read it. */
public final class ReasonPage {
    private ReasonPage() {}

    /** The page. */
    public static String render(String service, String from, String to, List<Reason> reasons, Style style, int width) {
        Page page = new Page(style, width);
        page.heading("Why clients of " + service + " in " + from + " get no answer from " + to)
                .blank();
        for (int i = 0; i < reasons.size(); i++) {
            String number = (i + 1) + ". ";
            page.hanging(number, number.length(), reasons.get(i).text());
            page.hanging(
                    " ".repeat(number.length()), number.length(), reasons.get(i).shownBy());
        }
        if (reasons.isEmpty()) {
            page.hanging(
                    "",
                    0,
                    "Nothing in the configuration that is known keeps these requests in " + from
                            + ": the findings say whether something is broken ('meshdiag diagnose' for archives).");
        } else {
            page.blank().hanging("", 0, "This is configuration, not a fault: nothing of it is a finding.");
        }
        return page.toString();
    }
}
