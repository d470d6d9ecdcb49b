package io.meshdiag.collector.vm;

/** What to do where the collector may not read: said in the coverage, after the reason. */
final class Rights {
    static final String OF_PACKET_FILTER =
            "the packet filter cannot be seen without CAP_NET_ADMIN: give the collector that capability (AmbientCapabilities=), or run it as root";

    /** Shown to those who have CAP_NET_ADMIN, CAP_NET_RAW and CAP_DAC_READ_SEARCH. */
    static final String OF_LEGACY_RULES =
            "the kernel shows rules of iptables-legacy to root; the unit sees them with two capabilities more: "
                    + dropIn("iptables-legacy.conf", "20-iptables-legacy.conf");

    /** Certificates and token have mode 0600. */
    static final String OF_ISTIOS_FILES = "the unit: "
            + dropIn("istio-proxy.conf", "10-istio-proxy.conf")
            + "; by hand: sudo -u istio-proxy meshdiag-vm";

    private Rights() {}

    /** The files are those of the package, and so is the name of the first link. */
    private static String dropIn(String file, String link) {
        String folder = "/etc/systemd/system/meshdiag-vm.service.d";
        return "sudo mkdir -p " + folder + " && sudo ln -sfn /usr/share/meshdiag-vm/systemd/" + file + " " + folder
                + "/" + link + " && sudo systemctl daemon-reload && sudo systemctl restart meshdiag-vm";
    }
}
