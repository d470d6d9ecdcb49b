/** Speaks with a schema registry, or is one: which schema an id stands for, by the Confluent Schema Registry REST protocol. */
package io.meshdiag.registry;
