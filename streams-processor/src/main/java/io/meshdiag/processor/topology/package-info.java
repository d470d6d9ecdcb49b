/** How the stages are wired: the table of contents of this program. */
package io.meshdiag.processor.topology;
