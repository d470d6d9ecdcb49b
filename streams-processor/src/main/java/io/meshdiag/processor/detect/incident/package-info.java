/** What is said about findings that nothing explains. */
package io.meshdiag.processor.detect.incident;
