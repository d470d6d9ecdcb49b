/** What a diagnosis looks like: text for people, JSON and YAML for programs. Pure: data in, text out. */
package io.meshdiag.standalone.report;
