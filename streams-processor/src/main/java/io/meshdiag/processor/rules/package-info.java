/** What people decide about rules: which run, with which numbers, and which findings nobody is to be told. */
package io.meshdiag.processor.rules;
