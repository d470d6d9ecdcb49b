/** Own accounting of bulk requests, item by item: what each answer means, what is sent again, in which order. */
package io.meshdiag.sink.bulk;
