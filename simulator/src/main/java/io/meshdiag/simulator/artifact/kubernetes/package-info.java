/** Kubernetes objects and tables as kubectl prints them. */
package io.meshdiag.simulator.artifact.kubernetes;
