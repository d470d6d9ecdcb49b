/** Virtual machines: what they say of themselves, against what clusters and istiods know of them. */
package io.meshdiag.processor.detect.vm;
