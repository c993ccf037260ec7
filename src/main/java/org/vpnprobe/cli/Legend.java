package org.vpnprobe.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.State;

/** The words of an explanation, for those who meet them for the first time. */
final class Legend {
  private Legend() {}

  /** What a state says. */
  static String of(State state) {
    return switch (state) {
      case REACHABLE -> "the server proved itself as deep as asked";
      case DEGRADED ->
          "it answers, but less deep than from the control, or its data is stopped or slowed";
      case BLOCKED ->
          "it fails by a mechanism that neither loss nor the server's own filter makes, shown twice";
      case LIKELY_BLOCKED ->
          "it fails while all else works; a filter of the server's own could too";
      case IMPAIRED -> "it fails more than chance explains; the route could be the reason as well";
      case DOWN -> "no vantage ever got an answer";
      case CONFIG_ERROR -> "the server answered and refused us, or its proof is wrong everywhere";
      case VANTAGE_OFFLINE -> "the vantage itself does not work: nothing is judged from there";
      case INSUFFICIENT -> "not enough is known to judge";
    };
  }

  /** The roles and numbers that this explanation has, a line each. */
  static List<String> of(Explanation explanation) {
    Set<String> roles = new LinkedHashSet<>();
    explanation.timeline().forEach(line -> roles.add(role(line.role())));
    roles.remove("");
    List<String> lines = new ArrayList<>(roles);
    if (!explanation.numbers().isEmpty()) {
      lines.add("p0         how often an innocent endpoint fails on this line, at most (95 %)");
      lines.add(
          "p, q       how likely chance alone is: for this cell, and for all suspects of the run");
    }
    return lines;
  }

  private static String role(String role) {
    return switch (role) {
      case "screening" ->
          "screening  the first try of every cell; a failure only makes it a suspect";
      case "repeat" -> "repeat     a second try";
      case "control_before", "control_after" ->
          "control_*  the same server from the control, before and after: does it work at all?";
      case "counted" ->
          "counted    a try from the carrier that counts, if what stands around it worked";
      case "witness" -> "witness    another server on the same line meanwhile: does the line work?";
      case "contrast" -> "contrast   something else on the same address: does the address work?";
      case "survey" -> "survey     a control that kept probing on another machine";
      default -> "";
    };
  }
}
