/** Settings of a program from options, environment and file: read once, every mistake told at once, each value with where it comes from. */
package io.meshdiag.config;
