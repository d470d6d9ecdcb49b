/** What an operator can set about the collection from a machine, by option, environment and file. */
package io.meshdiag.collector.vm.config;
