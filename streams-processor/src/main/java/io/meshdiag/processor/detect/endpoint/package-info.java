/** Whether endpoints of a service are known where they should be. */
package io.meshdiag.processor.detect.endpoint;
