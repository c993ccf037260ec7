/** picocli commands, terminal rendering, progress, exit codes. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.cli;
