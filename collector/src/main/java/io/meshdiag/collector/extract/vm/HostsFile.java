package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.text.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code /etc/hosts}: what it says of istiod. Istio's documentation has users write the address of the east-west gateway there. */
public final class HostsFile {
    private static final int MAX_ADDRESSES = 10;
    private static final int MAX_ADDRESS = 64;

    private HostsFile() {}

    /**
     * Addresses of the host of an address.
     *
     * @param discoveryAddress {@code host} or {@code host:port}
     * @return in the order of the file; empty when it does not name the host
     */
    public static List<String> addresses(InputStream hosts, String discoveryAddress) throws IOException {
        String wanted = discoveryAddress.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
        List<String> addresses = new ArrayList<>();
        Lines lines = new Lines(hosts);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.length() <= wanted.length()) {
                continue;
            }
            String[] words = line.replaceFirst("#.*", "")
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .split("\\s+");
            for (int i = 1; i < words.length; i++) {
                if (words[i].equals(wanted)
                        && words[0].length() <= MAX_ADDRESS
                        && words[0].matches("[0-9a-f.:%]+")
                        && addresses.size() < MAX_ADDRESSES) {
                    addresses.add(words[0]);
                    break;
                }
            }
        }
        return addresses;
    }
}
