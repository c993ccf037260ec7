package org.vpnprobe.config;

import java.util.List;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.vpnprobe.model.SourceMark;

/**
 * Says in plain words what the YAML engine could not read. The engine's own words are not used:
 * they quote the text, which may be a secret.
 */
final class SyntaxProblems {
  private SyntaxProblems() {}

  /**
   * @param at where the engine stopped
   */
  static InvalidFile explain(SourceMark at, String text, MarkedYamlEngineException e) {
    String said = String.valueOf(e.getProblem()) + " " + e.getContext();
    String words =
        isReference(at, text)
            ? "inside { } and [ ] a text with ${…} goes in quotes: \"${…}\""
            : words(said);
    return new InvalidFile(List.of(new Problem(at, character(at, text), words, null)));
  }

  private static String words(String said) {
    if (said.contains("TAB") || said.contains("\\t")) {
      return "YAML does not indent with tabs; expected spaces";
    }
    if (said.contains("mapping values are not allowed")) {
      return "a colon that makes no sense here; a text with “: ” in it goes in quotes";
    }
    if (said.contains("could not find expected ':'")) {
      return "expected “key: value”; a colon is missing, or a quote or bracket is not closed";
    }
    if (said.contains("quoted scalar") || said.contains("escape")) {
      return "a text in quotes is not closed or has an unknown escape; '…' takes it literally";
    }
    if (said.contains("flow")) {
      return "expected “,” or the closing bracket";
    }
    if (said.contains("cannot start any token")) {
      return "a text cannot begin with this character; expected quotes around it";
    }
    if (said.contains("alias")) {
      return "an alias without an anchor; a text that begins with * goes in quotes";
    }
    return "not YAML; the usual cause is an indent that does not fit the lines above";
  }

  /** The one character at which the engine stopped: enough to find it, too little to leak. */
  private static String character(SourceMark at, String text) {
    return text.lines()
        .skip(at.line() - 1L)
        .findFirst()
        .map(line -> at(line, at.column()))
        .orElse("end of file");
  }

  /** {@code {key: ${env:NAME}}}: the inner brace opens a mapping of its own. */
  private static boolean isReference(SourceMark at, String text) {
    return text.lines()
        .skip(at.line() - 1L)
        .findFirst()
        .filter(line -> at.column() > 1 && at(line, at.column()).equals("{"))
        .filter(line -> at(line, at.column() - 1).equals("$"))
        .isPresent();
  }

  private static String at(String line, int column) {
    int[] points = line.codePoints().toArray();
    return column <= points.length ? Character.toString(points[column - 1]) : "end of line";
  }
}
