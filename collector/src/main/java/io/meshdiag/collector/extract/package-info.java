/** Pure parsers: bytes or objects in, Avro facts out; no I/O, no clock. The same for archives and for live collection. */
package io.meshdiag.collector.extract;
