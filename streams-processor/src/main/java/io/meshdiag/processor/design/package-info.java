/** Why something that looks like a fault is what people configured: explanations, not findings. */
package io.meshdiag.processor.design;
