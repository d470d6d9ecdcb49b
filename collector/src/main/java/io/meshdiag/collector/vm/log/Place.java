package io.meshdiag.collector.vm.log;

import java.util.Optional;

/**
 * How far a log file was read.
 *
 * @param file the file's identity (device and inode), empty where the file system gives none
 * @param offset bytes that were read
 * @param headLength bytes at the file's beginning that {@code head} covers
 * @param head hash of the file's beginning: an inode is given to another file soon after its own is gone
 */
record Place(String file, long offset, int headLength, String head) {
    private static final int PARTS = 4;

    /** One line. */
    String written() {
        return offset + " " + headLength + " " + head + " " + file;
    }

    /** Empty for what is no place. */
    static Optional<Place> parse(String line) {
        String[] parts = line.split(" ", PARTS);
        try {
            return parts.length < PARTS
                    ? Optional.empty()
                    : Optional.of(new Place(parts[3], Long.parseLong(parts[0]), Integer.parseInt(parts[1]), parts[2]))
                            .filter(place -> place.offset >= 0 && place.headLength >= 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
