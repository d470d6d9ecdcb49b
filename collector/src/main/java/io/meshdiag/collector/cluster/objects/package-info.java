/** Facts of watched objects, made anew as objects change, and the cluster's identity that all of them carry. */
package io.meshdiag.collector.cluster.objects;
