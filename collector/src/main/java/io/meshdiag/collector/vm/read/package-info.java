/** Files, commands and loopback ports of one machine: everything bounded in time and size, and never a key. */
package io.meshdiag.collector.vm.read;
