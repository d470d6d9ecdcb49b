package io.meshdiag.vm.packaged;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder that dpkg takes for a Debian, on which a Java 17 and systemd are installed and nothing else; the maintainer scripts run outside of it. */
final class DebianRoot {
    private static final List<String> THERE = List.of("openjdk-17-jre-headless", "systemd", "passwd");
    /** What the tools that make users write too, and what every Debian therefore has. */
    private static final List<String> BESIDE_USERS =
            List.of("shadow", "gshadow", "passwd-", "group-", "shadow-", "gshadow-", ".pwd.lock");

    private static final String STATUS = """
            Package: %s
            Status: install ok installed
            Version: 250
            Architecture: all
            Maintainer: Nobody <nobody@example.invalid>
            Description: what the package depends on

            """;

    private final Path folder;
    private final Path packages;

    private DebianRoot(Path folder, Path packages) {
        this.folder = folder;
        this.packages = packages;
    }

    static DebianRoot below(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("root"));
        DebianRoot root = new DebianRoot(folder, Files.createDirectories(parent.resolve("packages")));
        for (String each : List.of("info", "updates", "triggers")) {
            Files.createDirectories(root.path("/var/lib/dpkg/" + each));
        }
        Files.createFile(root.path("/var/lib/dpkg/available"));
        for (String each : THERE) {
            Files.writeString(root.path("/var/lib/dpkg/status"), STATUS.formatted(each), CREATE, APPEND);
            Files.createFile(root.path("/var/lib/dpkg/info/" + each + ".list"));
        }
        Files.createDirectories(root.path("/etc"));
        Files.writeString(root.path("/etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        Files.writeString(root.path("/etc/group"), "root:x:0:\nadm:x:4:\nsystemd-journal:x:999:\n");
        for (String each : BESIDE_USERS) {
            Files.createFile(root.path("/etc/" + each));
        }
        return root;
    }

    /** A file of it. */
    Path path(String absolute) {
        return folder.resolve(absolute.substring(1));
    }

    Ran dpkg(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (!System.getProperty("user.name").equals("root")) {
            // Owners as root would give them, without being root.
            command.add("fakeroot");
        }
        command.addAll(List.of("dpkg", "--root=" + folder, "--force-script-chrootless", "--log=/dev/null"));
        command.addAll(List.of(arguments));
        return Ran.program(Map.of("MESHDIAG_JAVA_HOME", System.getProperty("java.home")), command)
                .orFail();
    }

    /** Installs a package that looks like Istio's: its agent, and the user that it makes. */
    void installIstio() throws IOException, InterruptedException {
        Path sidecar = packages.resolve("istio-sidecar");
        Files.createDirectories(sidecar.resolve("DEBIAN"));
        Files.writeString(sidecar.resolve("DEBIAN/control"), """
                Package: istio-sidecar
                Version: 1.28.1
                Architecture: all
                Maintainer: Nobody <nobody@example.invalid>
                Description: looks like Istio's
                """);
        Path script = sidecar.resolve("DEBIAN/postinst");
        Files.writeString(
                script, "#!/bin/sh\necho 'istio-proxy:x:998:998::/var/lib/istio:/bin/false' >>$DPKG_ROOT/etc/passwd\n");
        Path agent = Files.createDirectories(sidecar.resolve("usr/local/bin")).resolve("pilot-agent");
        Files.writeString(agent, "#!/bin/sh\n");
        for (Path program : List.of(script, agent)) {
            Ran.program(Map.of(), List.of("chmod", "755", program.toString())).orFail();
        }
        Path deb = packages.resolve("istio-sidecar.deb");
        Ran.program(Map.of(), List.of("dpkg-deb", "--root-owner-group", "-b", sidecar.toString(), deb.toString()))
                .orFail();
        dpkg("--install", deb.toString());
    }

    /** Every file and link that is there, dpkg's own book apart. */
    List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !Files.isDirectory(path) || Files.isSymbolicLink(path))
                    .map(path -> "/" + folder.relativize(path))
                    .filter(path -> !path.startsWith("/var/lib/dpkg/"))
                    .sorted()
                    .toList();
        }
    }
}
