package io.meshdiag.collector.vm.read;

import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The files of a machine, below a directory that is taken for {@code /}: a symbolic link means what it means to programs that see this directory as their
 * root, so none leads out of it. Only regular files are read, each up to a bound, and no private key whatever leads to it.
 */
public final class Root {
    private static final int MAX_LINKS = 40;

    private final Path directory;

    public Root(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /**
     * A file up to a bound; the caller closes the stream.
     *
     * @param path absolute, as programs of the machine would name it
     * @throws UnreadException when it is not there, not allowed or no regular file; while reading, when it is larger than the bound
     */
    public InputStream open(String path, long maxBytes) throws UnreadException {
        return new Bounded(Channels.newInputStream(channel(path)), maxBytes, path);
    }

    /** A file at any place of it; the caller closes the channel. */
    public SeekableByteChannel channel(String path) throws UnreadException {
        Path file = resolve(path);
        if (isKey(file)) {
            throw new UnreadException(
                    SourceState.DISABLED, path + " is or leads to a private key, which is never read");
        }
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw new UnreadException(SourceState.UNREADABLE, path + " is no regular file");
            }
            return Files.newByteChannel(file, LinkOption.NOFOLLOW_LINKS);
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw unread(path, file, e);
        }
    }

    private static boolean isKey(Path file) {
        Path name = file.getFileName();
        return name != null
                && (name.toString().endsWith("key.pem") || name.toString().endsWith(".key"));
    }

    /** A small file as a whole. */
    public byte[] read(String path, int maxBytes) throws UnreadException {
        try (InputStream in = open(path, maxBytes)) {
            return in.readAllBytes();
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadException(
                    SourceState.UNREADABLE, path + " could not be read to its end; it is tried again");
        }
    }

    /**
     * What a file is, without reading it.
     *
     * @throws UnreadException when it is not there or not allowed
     */
    public BasicFileAttributes attributes(String path) throws UnreadException {
        Path file = resolve(path);
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw unread(path, file, e);
        }
    }

    /**
     * Names in a directory, sorted.
     *
     * @param most names beyond so many are left out
     */
    public List<String> names(String path, int most) throws UnreadException {
        Path resolved = resolve(path);
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(resolved)) {
            for (Path entry : entries) {
                if (names.size() == most) {
                    break;
                }
                names.add(entry.getFileName().toString());
            }
        } catch (IOException e) {
            throw unread(path, resolved, e);
        }
        names.sort(null);
        return names;
    }

    /** Where a file of the machine stands for this process when nothing on the way is a link. */
    Path below(String path) {
        return directory.resolve(String.join("/", segments(path)));
    }

    /** Where a file of the machine stands for this process, with every link on the way taken as the machine takes it. */
    Path resolve(String path) throws UnreadException {
        Deque<String> left = new ArrayDeque<>(segments(path));
        Path at = directory;
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.equals("..")) {
                at = at.equals(directory) ? at : at.getParent();
                continue;
            }
            Path next = at.resolve(name);
            String target = target(next);
            if (target == null) {
                at = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                throw new UnreadException(SourceState.UNREADABLE, path + " goes round in symbolic links");
            }
            List<String> detour = segments(target);
            for (int i = detour.size() - 1; i >= 0; i--) {
                left.push(detour.get(i));
            }
            at = target.startsWith("/") ? directory : at;
        }
        return at;
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/")).stream()
                .filter(segment -> !segment.isEmpty() && !segment.equals("."))
                .toList();
    }

    /** Null for what is no symbolic link, or cannot be looked at: opening it will tell. */
    private static String target(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (NotLinkException e) {
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static UnreadException unread(String path, Path file, IOException e) {
        if (e instanceof AccessDeniedException) {
            return new UnreadException(SourceState.FORBIDDEN, path + " may not be read by this user; " + remedy(file));
        }
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return new UnreadException(SourceState.MISSING, path + " is not there");
        }
        return new UnreadException(
                SourceState.UNREADABLE,
                path + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }

    private static String remedy(Path file) {
        try {
            PosixFileAttributes about =
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String group = Printable.shorten(about.group().getName(), 64);
            return about.permissions().contains(PosixFilePermission.GROUP_READ)
                    ? "the group '" + group + "' may: add the collector's user to it (systemd: SupplementaryGroups=)"
                    : "only its owner '" + Printable.shorten(about.owner().getName(), 64)
                            + "' may: run the collector as that user, or with CAP_DAC_READ_SEARCH";
        } catch (IOException | UnsupportedOperationException e) {
            return "give the collector the capability CAP_DAC_READ_SEARCH, or run it as root";
        }
    }
}
