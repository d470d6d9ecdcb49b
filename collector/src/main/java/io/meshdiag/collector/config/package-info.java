/** Settings that the collectors of clusters and of machines have in common. */
package io.meshdiag.collector.config;
