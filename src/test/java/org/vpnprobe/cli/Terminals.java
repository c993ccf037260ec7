package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

/** Runs one command as the program would, and keeps what it says. */
final class Terminals {
  /** What a command did. */
  record Said(int exit, String out, String err) {}

  private final boolean terminal;
  private final Map<String, String> environment;

  private Terminals(boolean terminal, Map<String, String> environment) {
    this.terminal = terminal;
    this.environment = environment;
  }

  /** Standard output is a pipe. */
  static Terminals pipe() {
    return new Terminals(false, Map.of());
  }

  /** Standard output is a terminal of 120 columns. */
  static Terminals screen() {
    return new Terminals(true, Map.of());
  }

  Terminals with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Terminals(terminal, more);
  }

  Said run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Streams streams =
        new Streams(
            new PrintWriter(out), new PrintWriter(err), new Terminal(terminal, false, 120, false));
    int exit = Main.run(streams, environment, args);
    return new Said(exit, out.toString(), err.toString());
  }
}
