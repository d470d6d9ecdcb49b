package io.meshdiag.vm.packaged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The files and commands of a machine in the mesh whose agent is stopped, below a folder. */
record SampleMachine(Path folder) {
    static SampleMachine below(Path parent) throws IOException {
        SampleMachine machine = new SampleMachine(Files.createDirectories(parent.resolve("machine")));
        machine.file("/etc/machine-id", "4c8f1c6d0e2b4a5f9d3e7a1b2c3d4e5f\n");
        machine.file("/etc/hostname", "vm-1\n");
        machine.file("/var/lib/istio/envoy/cluster.env", """
                ISTIO_META_CLUSTER_ID='east'
                ISTIO_META_MESH_ID='retail'
                POD_NAMESPACE='legacy'
                """);
        machine.file("/var/log/istio/istio.log", "");
        Path command = machine.file("/usr/sbin/iptables-save", "#!/bin/sh\nprintf '*nat\\nCOMMIT\\n'\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        return machine;
    }

    /** Settings that let the collector look at this machine alone. */
    Map<String, String> settings() throws IOException {
        // Where nobody listens: the agent is stopped.
        String port = "1";
        return Map.of(
                "MESHDIAG_VM_ROOT", folder.toString(),
                "STATE_DIRECTORY",
                        Files.createDirectories(folder.resolveSibling("state")).toString(),
                "MESHDIAG_VM_PORTS_ADMIN", port,
                "MESHDIAG_VM_PORTS_READY", port,
                "MESHDIAG_VM_PORTS_AGENT", port);
    }

    private Path file(String path, String text) throws IOException {
        Path file = folder.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
