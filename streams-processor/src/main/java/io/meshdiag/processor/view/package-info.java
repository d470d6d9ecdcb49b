/** Read-only pictures that detectors look at: sorted, so that replays agree. */
package io.meshdiag.processor.view;
