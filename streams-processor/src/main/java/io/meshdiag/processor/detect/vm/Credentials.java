package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.TokenState;
import io.meshdiag.fact.VmHealth;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a machine proves its identity with: a certificate, which it renews with itself while that is valid, and a token for when it has none.
 *
 * @param certificate the one in use, else the one on disk; empty when there is none
 * @param kept whether a certificate on disk can ask for the next one; true when that could not be seen
 * @param tokenEnds when the token ends or ended; empty when that is not known
 * @param tokenMissing there is no token
 * @param tokenLost there was one before the machine booted
 */
record Credentials(
        Machine machine,
        Optional<CertificateInfo> certificate,
        boolean kept,
        Optional<Instant> tokenEnds,
        boolean tokenMissing,
        boolean tokenLost) {
    /** Agents ask for a new certificate at half of the old one's life. */
    private static final double RENEWAL = 0.5;

    static Credentials of(Machine machine) {
        VmHealth health = machine.health();
        Optional<CertificateInfo> certificate = Optional.ofNullable(
                        health.getProxyCertificate() == null
                                ? health.getDiskCertificate()
                                : health.getProxyCertificate())
                .filter(c -> c.getNotBefore() != null && c.getNotAfter() != null);
        boolean missing = health.getToken() == TokenState.MISSING;
        boolean lost = missing
                && health.getBootedAt() != null
                && certificate
                        .filter(c -> c.getNotBefore().isBefore(health.getBootedAt()))
                        .isPresent();
        boolean kept = !Boolean.FALSE.equals(health.getCertificateKept());
        return new Credentials(
                machine, certificate, kept, Optional.ofNullable(health.getTokenExpiresAt()), missing, lost);
    }

    /** There is no token that istiod would take. */
    boolean tokenOver() {
        return tokenMissing
                || tokenEnds.filter(end -> !end.isAfter(machine.now())).isPresent();
    }

    /** When the certificate ends or ended. */
    Optional<Instant> ends() {
        return certificate.map(CertificateInfo::getNotAfter);
    }

    private boolean ended() {
        return ends().filter(end -> !end.isAfter(machine.now())).isPresent();
    }

    /** There is none on disk, and nothing else says that agent or Envoy hold one: a proxy becomes ready only with one. */
    private boolean none() {
        VmHealth health = machine.health();
        Instant agents = health.getAgentCertificateExpiresAt();
        return certificate.isEmpty()
                && !kept
                && !Integer.valueOf(HttpURLConnection.HTTP_OK).equals(health.getReadyStatus())
                && (agents == null || !agents.isAfter(machine.now()));
    }

    /** It has nothing left to ask istiod for a certificate with. */
    boolean over() {
        return tokenOver() && (ended() || none());
    }

    /** It was due to be renewed a good while ago; the certificate should have been able to. */
    boolean late(double lateAfter) {
        return at(lateAfter).filter(due -> machine.now().isAfter(due)).isPresent();
    }

    /** The next renewal needs the token, and that will have ended by then. */
    boolean cannotRenew() {
        return !kept
                && certificate.isPresent()
                && (tokenMissing
                        || tokenEnds
                                .filter(end -> end.isBefore(at(RENEWAL).orElseThrow()))
                                .isPresent());
    }

    /** The time at which so much of the certificate's life is over. */
    Optional<Instant> at(double share) {
        return certificate.map(c -> c.getNotBefore().plusMillis((long)
                (Duration.between(c.getNotBefore(), c.getNotAfter()).toMillis() * share)));
    }
}
