package org.vpnprobe.cli;

/** Something the user asked for cannot be done; the message says what to do. Exit code 2. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refused(String message) {
    super(message, null, false, false);
  }
}
