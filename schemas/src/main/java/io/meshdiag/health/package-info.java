/** How an operator deals with a running program: asks over HTTP whether it lives, whether it does its work, and for its numbers; tells it to end. */
package io.meshdiag.health;
