package org.vpnprobe.cli;

import org.vpnprobe.model.State;

/** Symbols and colours of states: a symbol for each, so that colour says nothing alone. */
record Paint(boolean colour) {
  private static final String RESET = "\u001b[0m";

  static String symbol(State state) {
    return switch (state) {
      case REACHABLE -> "✓";
      case DEGRADED -> "◐";
      case BLOCKED, LIKELY_BLOCKED -> "✗";
      case IMPAIRED -> "≈";
      case DOWN -> "↓";
      case CONFIG_ERROR -> "!";
      case VANTAGE_OFFLINE -> "–";
      case INSUFFICIENT -> "?";
    };
  }

  String state(State state, String text) {
    return switch (state) {
      case REACHABLE -> wrap("32", text);
      case DEGRADED, IMPAIRED -> wrap("33", text);
      case BLOCKED, LIKELY_BLOCKED -> wrap("1;31", text);
      case DOWN -> wrap("34", text);
      case CONFIG_ERROR -> wrap("35", text);
      case VANTAGE_OFFLINE, INSUFFICIENT -> wrap("36", text);
    };
  }

  String bold(String text) {
    return wrap("1", text);
  }

  String faint(String text) {
    return wrap("2", text);
  }

  private String wrap(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
