/** From Kafka to the store: reading, pausing, committing what is settled, putting aside what cannot be stored. */
package io.meshdiag.sink.deliver;
