/** Whether control planes may read each other's clusters. */
package io.meshdiag.processor.detect.remote;
