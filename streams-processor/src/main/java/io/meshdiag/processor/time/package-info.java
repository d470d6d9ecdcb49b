/** Event time, and the only places that compare it with a clock. */
package io.meshdiag.processor.time;
