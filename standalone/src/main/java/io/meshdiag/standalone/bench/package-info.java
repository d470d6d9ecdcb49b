/** Measures what a live collector costs: a large served cluster, and the collector as a process of its own. */
package io.meshdiag.standalone.bench;
