/** Whether Meshdiag itself can see: what these find makes other findings unknown. */
package io.meshdiag.processor.detect.observe;
