/** Findings of a mesh become incidents: symptoms under their cause. */
package io.meshdiag.processor.explain;
