package org.vpnprobe.config.imports;

/**
 * Which lines of a source something takes up, and where it begins.
 *
 * @param first line, counted from 1
 * @param last line, included
 * @param column where it begins in the first line, counted from 1
 */
public record Span(int first, int last, int column) {
  public Span {
    if (first < 1 || last < first || column < 1) {
      throw new IllegalArgumentException(
          "lines are counted from 1, the last is not before the first");
    }
  }

  /** One whole line. */
  public static Span line(int line) {
    return new Span(line, line, 1);
  }

  /** One line, from this column on. */
  public static Span at(int line, int column) {
    return new Span(line, line, column);
  }

  /** Whole lines, both included. */
  public static Span lines(int first, int last) {
    return new Span(first, last, 1);
  }
}
