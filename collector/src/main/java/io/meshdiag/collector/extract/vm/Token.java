package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.TokenState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * The machine's token, of which nothing is kept but its expiry.
 *
 * @param expiresAt null unless PRESENT; null also when the token never expires
 */
public record Token(TokenState state, Instant expiresAt) {
    /** There is no such file. */
    public static final Token MISSING = new Token(TokenState.MISSING, null);
    /** There is one that may not be read, or that is no token. */
    public static final Token UNREADABLE = new Token(TokenState.UNREADABLE, null);

    private static final int MAX_BYTES = 64 << 10;
    private static final int PARTS = 3;

    /**
     * Reads the claim {@code exp} of a JSON Web Token. Its signature is not checked: the token is istiod's to judge.
     *
     * @throws UnreadablePageException when it is no such token; the message says nothing of its content
     */
    public static Token parse(InputStream file) throws IOException, UnreadablePageException {
        String[] parts =
                BoundedText.read(file, MAX_BYTES, "the token file").strip().split("\\.", -1);
        if (parts.length != PARTS) {
            throw notAToken(parts.length == 1 && parts[0].isEmpty() ? "the token file is empty" : null);
        }
        Instant[] expiry = {null};
        try {
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            JsonPage.readString(claims, payload -> {
                if (!payload.isObject()) {
                    throw notAToken(null);
                }
                payload.entries(name -> {
                    if (name.equals("exp")) {
                        long seconds = payload.number(0);
                        expiry[0] = seconds > 0 ? Instant.ofEpochSecond(seconds) : null;
                    }
                });
            });
        } catch (IllegalArgumentException | DateTimeException e) {
            throw notAToken(null);
        }
        return new Token(TokenState.PRESENT, expiry[0]);
    }

    private static UnreadablePageException notAToken(String why) {
        return new UnreadablePageException(why == null ? "the token file holds no JSON Web Token" : why);
    }
}
