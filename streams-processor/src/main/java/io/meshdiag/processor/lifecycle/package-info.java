/** Verdicts become findings that begin, last, end and come back. */
package io.meshdiag.processor.lifecycle;
