/** The logs of a machine's agent: read from where the reading before ended, across rotation, truncation and restarts of the collector. */
package io.meshdiag.collector.vm.log;
