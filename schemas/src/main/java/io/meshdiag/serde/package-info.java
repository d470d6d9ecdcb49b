/** Avro in Confluent's wire format: what turns records into the bytes on a topic and back. */
package io.meshdiag.serde;
