/** The command line: options in, exit code out; one class per subcommand. */
package io.meshdiag.standalone.cli;
