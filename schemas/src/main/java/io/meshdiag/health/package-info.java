/** What an operator asks a running program over HTTP: whether it lives, whether it does its work, and its numbers. */
package io.meshdiag.health;
