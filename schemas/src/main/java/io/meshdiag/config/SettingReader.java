package io.meshdiag.config;

import io.meshdiag.config.SettingsReader.Given;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads one setting as what it is to be. */
public final class SettingReader {
    private final SettingsReader all;
    private final String name;
    private final String variable;
    private final String meaning;

    SettingReader(SettingsReader all, String name, String variable, String meaning) {
        this.all = all;
        this.name = name;
        this.variable = variable;
        this.meaning = meaning;
    }

    /** For a variable that other programs read too, and that is therefore not named after this one. */
    public SettingReader variable(String shared) {
        return new SettingReader(all, name, shared, meaning);
    }

    public String text(String otherwise) {
        return read(otherwise, "text", Optional::of, otherwise);
    }

    /** @param accepted what matches the pattern, in words */
    public String text(String otherwise, String pattern, String accepted) {
        return read(
                otherwise, accepted, text -> text.matches(pattern) ? Optional.of(text) : Optional.empty(), otherwise);
    }

    /** Separated by commas, blanks around the parts dropped; in a file also as a list. */
    public List<String> list(String otherwise) {
        return read(otherwise, "names, separated by commas", text -> Optional.of(parts(text)), parts(otherwise));
    }

    public boolean flag(boolean otherwise) {
        return read(
                Boolean.toString(otherwise),
                "true or false",
                text -> text.equals("true") || text.equals("false")
                        ? Optional.of(text.equals("true"))
                        : Optional.empty(),
                otherwise);
    }

    public int number(int otherwise, int least, int most) {
        return read(
                Integer.toString(otherwise),
                "a whole number from " + least + " to " + most,
                text -> {
                    try {
                        return Optional.of(Integer.parseInt(text)).filter(n -> n >= least && n <= most);
                    } catch (NumberFormatException e) {
                        return Optional.empty();
                    }
                },
                otherwise);
    }

    public Duration duration(Duration otherwise, Duration least, Duration most) {
        return read(
                otherwise.toString(),
                "an ISO-8601 duration from " + least + " to " + most,
                text -> {
                    try {
                        return Optional.of(Duration.parse(text))
                                .filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0);
                    } catch (DateTimeParseException e) {
                        return Optional.empty();
                    }
                },
                otherwise);
    }

    /** Bytes, written such as {@code 20MiB}. */
    public long size(long otherwise, long least, long most) {
        return read(
                ByteSize.text(otherwise),
                "a size from " + ByteSize.text(least) + " to " + ByteSize.text(most) + ", such as 512KiB or 20MiB",
                text -> ByteSize.parse(text).filter(n -> n >= least && n <= most),
                otherwise);
    }

    /** The constants are written in lower case, with hyphens. */
    public <E extends Enum<E>> List<E> choices(Class<E> type, List<E> otherwise) {
        String possible = String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(SettingReader::written)
                        .toList());
        return read(
                String.join(",", otherwise.stream().map(SettingReader::written).toList()),
                "a list of " + possible + ", separated by commas, in the order in which they are tried",
                text -> {
                    List<E> chosen = parts(text).stream()
                            .flatMap(part -> Arrays.stream(type.getEnumConstants())
                                    .filter(constant -> written(constant).equals(part)))
                            .distinct()
                            .toList();
                    return chosen.size() == parts(text).size() && !chosen.isEmpty()
                            ? Optional.of(chosen)
                            : Optional.empty();
                },
                otherwise);
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private <T> T read(String written, String accepted, Function<String, Optional<T>> parse, T otherwise) {
        Optional<Given> given = all.find(new Setting(name, variable, written, accepted, meaning));
        if (given.isEmpty()) {
            return otherwise;
        }
        Optional<T> value = parse.apply(given.get().value());
        if (value.isEmpty()) {
            all.wrong(given.get(), accepted);
        }
        return value.orElse(otherwise);
    }

    private static List<String> parts(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
