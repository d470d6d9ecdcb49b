/** What Meshdiag knows: one rule is one file in its family's package, listed in {@link io.meshdiag.processor.detect.Detectors}. */
package io.meshdiag.processor.detect;
