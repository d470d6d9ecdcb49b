/** Facts on their way to Kafka: keyed, sized and never lost silently. */
package io.meshdiag.collector.publish;
