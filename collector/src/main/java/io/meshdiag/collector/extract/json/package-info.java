/** JSON and YAML pages as streams: whatever is not asked for is skipped unseen, whatever its size. */
package io.meshdiag.collector.extract.json;
