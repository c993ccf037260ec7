package org.vpnprobe.cli;

import java.io.Console;
import java.util.Map;

/**
 * What we write to.
 *
 * @param out standard output is a terminal
 * @param err the error stream is a terminal
 * @param width columns
 * @param colour escape sequences for colour are welcome
 * @param plain signs of our own are ASCII; names stay as they are
 */
record Terminal(boolean out, boolean err, int width, boolean colour, boolean plain) {
  private static final int DEFAULT_WIDTH = 100;
  private static final int NARROWEST = 40;

  /** A terminal that shows more than ASCII. */
  Terminal(boolean out, boolean err, int width, boolean colour) {
    this(out, err, width, colour, false);
  }

  /** The same without colour and with ASCII signs. */
  Terminal inPlain() {
    return new Terminal(out, err, width, false, true);
  }

  /**
   * Reads what the launcher found ({@code VPNPROBE_TERMINAL="out err 120"}); started without the
   * launcher, Java's own guess has to do. {@code NO_COLOR} (no-color.org), {@code CLICOLOR_FORCE}
   * and {@code TERM=dumb} are obeyed.
   */
  static Terminal of(Map<String, String> environment) {
    String told = environment.get("VPNPROBE_TERMINAL");
    boolean out = false;
    boolean err = false;
    int width = DEFAULT_WIDTH;
    if (told == null) {
      Console console = System.console();
      out = console != null && console.isTerminal();
      err = out;
    } else {
      for (String word : told.split(" ")) {
        out |= word.equals("out");
        err |= word.equals("err");
        if (word.matches("[1-9]\\d{1,3}")) {
          width = Integer.parseInt(word);
        }
      }
    }
    String columns = environment.getOrDefault("COLUMNS", "");
    if (columns.matches("[1-9]\\d{1,3}")) {
      width = Integer.parseInt(columns);
    }
    return new Terminal(out, err, Math.max(NARROWEST, width), colour(environment, out));
  }

  private static boolean colour(Map<String, String> environment, boolean out) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    String force = environment.getOrDefault("CLICOLOR_FORCE", "");
    if (!force.isEmpty() && !force.equals("0")) {
      return true;
    }
    return out
        && !environment.getOrDefault("TERM", "").equals("dumb")
        && !environment.getOrDefault("CLICOLOR", "").equals("0");
  }
}
