/** What is known of a cluster now, and which wider scopes need to hear of a change. */
package io.meshdiag.processor.scope;
