/** Rows per scope, the view over them, and the rules that judge it. */
package io.meshdiag.processor.correlate;
