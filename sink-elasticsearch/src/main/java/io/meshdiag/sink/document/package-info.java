/** Pure: Avro finding in, document out; no client. */
package io.meshdiag.sink.document;
