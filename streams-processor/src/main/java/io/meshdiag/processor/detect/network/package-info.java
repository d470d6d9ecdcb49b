/** Whether clusters in different networks find the way into each other's network. */
package io.meshdiag.processor.detect.network;
