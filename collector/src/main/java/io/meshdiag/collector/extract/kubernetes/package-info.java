/** Kubernetes objects and tables reduced to facts: kubectl output and, later, informers give the same objects. */
package io.meshdiag.collector.extract.kubernetes;
