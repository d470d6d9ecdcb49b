/** Delivers findings to Elasticsearch and OpenSearch; so far the documents, delivery itself follows. */
package io.meshdiag.sink;
