/** The finished distribution and its Debian package: tests with the tag "packaged" run after they were built. */
package io.meshdiag.vm.packaged;
