/** Kafka's own server inside this process. */
package io.meshdiag.standalone.broker;
