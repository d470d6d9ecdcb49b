/** Sees, redacts and publishes what a cluster, an archive or a VM says; never judges. */
package io.meshdiag.collector;
