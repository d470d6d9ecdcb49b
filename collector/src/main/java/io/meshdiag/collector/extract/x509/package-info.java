/** The public part of X.509 certificates: PEM in, CertificateInfo out. */
package io.meshdiag.collector.extract.x509;
