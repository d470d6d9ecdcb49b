/** Kubernetes objects by watch: informers, their watchdogs, and which kinds are watched. */
package io.meshdiag.collector.cluster.watch;
