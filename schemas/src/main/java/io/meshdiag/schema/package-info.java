/** The contract between the programs: which topics there are, what is in them, and how their keys are made. */
package io.meshdiag.schema;
