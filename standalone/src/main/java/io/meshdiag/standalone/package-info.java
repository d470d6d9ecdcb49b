/** The {@code meshdiag} command: the whole pipeline in one JVM, for a first look and for support work. */
package io.meshdiag.standalone;
