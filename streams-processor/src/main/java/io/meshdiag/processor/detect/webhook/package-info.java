/** Whether the API server can call Istio's admission webhooks. */
package io.meshdiag.processor.detect.webhook;
