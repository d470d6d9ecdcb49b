/** Settings from the environment, all mistakes reported at once, secrets never printed. */
package io.meshdiag.sink.config;
