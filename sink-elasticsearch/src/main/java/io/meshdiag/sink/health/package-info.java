/** Liveness, readiness and metrics over HTTP. */
package io.meshdiag.sink.health;
