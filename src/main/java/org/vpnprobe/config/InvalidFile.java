package org.vpnprobe.config;

import java.util.List;
import java.util.stream.Stream;
import org.vpnprobe.model.SourceMark;

/** The file (or a selection from the command line) cannot be used. Carries everything wrong. */
public final class InvalidFile extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int MOST_SHOWN = 200;

  private final transient List<Problem> problems;

  InvalidFile(List<Problem> problems) {
    super(String.join("\n", lines(problems)));
    this.problems = List.copyOf(problems);
  }

  /** With one problem; {@code offending} is shown, so never a secret. */
  public static InvalidFile at(SourceMark at, String offending, String expected) {
    return new InvalidFile(List.of(new Problem(at, offending, expected, null)));
  }

  /** With a key of a mapping that was there already. */
  public static InvalidFile twice(Yaml.Scalar key) {
    return at(key.at(), Shown.key(key.text()), "this key stands here twice; leave one out");
  }

  /** All problems, in the order in which they were found; never empty. */
  public List<Problem> problems() {
    return problems;
  }

  /** What is said of them; a line break within one is of what the user wrote. */
  public List<String> lines() {
    return lines(problems);
  }

  private static List<String> lines(List<Problem> problems) {
    Stream<String> shown = problems.stream().limit(MOST_SHOWN).map(Problem::toString);
    int more = problems.size() - MOST_SHOWN;
    return (more > 0 ? Stream.concat(shown, Stream.of("… and " + more + " more")) : shown).toList();
  }
}
