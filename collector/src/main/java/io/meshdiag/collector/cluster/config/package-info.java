/** What an operator can set about the collection of clusters, by option, environment and file. */
package io.meshdiag.collector.cluster.config;
