/** Looks at one running cluster: watches its objects, asks its istiods and proxies, and keeps its facts true. */
package io.meshdiag.collector.cluster;
