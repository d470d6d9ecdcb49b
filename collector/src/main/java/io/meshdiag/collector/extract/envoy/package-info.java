/** What Envoy's admin interface says of one proxy: one file per part of a page; key material is passed over unread. */
package io.meshdiag.collector.extract.envoy;
