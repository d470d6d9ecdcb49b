/** Bytes from the facts topics become facts, or dead letters that say why not. */
package io.meshdiag.processor.read;
