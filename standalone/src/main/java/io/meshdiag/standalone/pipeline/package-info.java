/** Archives in, findings out: broker, registry, collector and processor of one run, started and stopped together. */
package io.meshdiag.standalone.pipeline;
