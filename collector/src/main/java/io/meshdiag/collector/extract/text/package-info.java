/** Text pages as streams of bounded lines, and what is taken out of text before it goes into a fact. */
package io.meshdiag.collector.extract.text;
