/** Whether workloads of different clusters accept each other's certificates. */
package io.meshdiag.processor.detect.trust;
