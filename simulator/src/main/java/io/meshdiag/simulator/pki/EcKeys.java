package io.meshdiag.simulator.pki;

import java.security.SecureRandom;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcContentSignerBuilder;

/** Keys on the curve P-256 and their signatures. Signatures are deterministic (RFC 6979), so archives are too. */
final class EcKeys {
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("P-256");
    private static final AlgorithmIdentifier ALGORITHM =
            new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");

    private EcKeys() {}

    static AsymmetricCipherKeyPair generate(SecureRandom random) {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        var domain = new ECNamedDomainParameters(X9ObjectIdentifiers.prime256v1, CURVE);
        generator.init(new ECKeyGenerationParameters(domain, random));
        return generator.generateKeyPair();
    }

    static ContentSigner signer(AsymmetricKeyParameter key) throws OperatorCreationException {
        return new Deterministic().build(key);
    }

    private static final class Deterministic extends BcContentSignerBuilder {
        Deterministic() {
            super(ALGORITHM, new DefaultDigestAlgorithmIdentifierFinder().find(ALGORITHM));
        }

        @Override
        protected org.bouncycastle.crypto.Signer createSigner(
                AlgorithmIdentifier signature, AlgorithmIdentifier digestAlgorithm) throws OperatorCreationException {
            Digest digest = digestProvider.get(digestAlgorithm);
            return new DSADigestSigner(new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest())), digest);
        }
    }
}
