/** Archive mode: one look at clusters through the bug reports that {@code istioctl bug-report} made of them. */
package io.meshdiag.collector.archive;
