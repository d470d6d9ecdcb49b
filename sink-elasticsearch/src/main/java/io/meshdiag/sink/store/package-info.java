/** Talking to the store: transport, who it is, what it can do. */
package io.meshdiag.sink.store;
