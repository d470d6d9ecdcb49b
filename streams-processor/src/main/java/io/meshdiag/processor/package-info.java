/** Correlates the facts of all clusters into findings, and findings into incidents. */
package io.meshdiag.processor;
