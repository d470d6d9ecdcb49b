/** Installs what the store must know before documents come: templates, indices behind aliases, retention. */
package io.meshdiag.sink.setup;
