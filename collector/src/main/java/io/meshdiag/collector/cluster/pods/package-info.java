/** Ways into pods: through the API server, or directly. */
package io.meshdiag.collector.cluster.pods;
