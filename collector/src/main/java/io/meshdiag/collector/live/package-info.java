/** Facts as levels over time: what changed, what is gone, and that the collector is alive. */
package io.meshdiag.collector.live;
