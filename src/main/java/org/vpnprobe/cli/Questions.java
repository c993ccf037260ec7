package org.vpnprobe.cli;

import java.io.Console;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who answers {@code init}: a person at a terminal. */
interface Questions {
  /** The person left (end of input, Ctrl-D). */
  final class Left extends Exception {
    private static final long serialVersionUID = 1L;

    Left() {
      super("left", null, false, false);
    }
  }

  /** Says something. */
  void tell(String line);

  /**
   * Reads a line, null at the end of the input.
   *
   * @param hidden what is typed is not shown
   */
  @Nullable String read(String prompt, boolean hidden);

  /** Asks once; an empty line means the default. */
  default String ask(String question, String otherwise) throws Left {
    String shown = otherwise.isEmpty() ? "" : " [" + otherwise + "]";
    String answer = line(question + shown + ": ", false);
    return answer.isEmpty() ? otherwise : answer;
  }

  /** Asks until the answer is one of these words. */
  default String choose(String question, List<String> words, String otherwise) throws Left {
    while (true) {
      String answer = ask(question, otherwise);
      if (words.contains(answer)) {
        return answer;
      }
      tell("  " + Unknown.word("", answer, words));
    }
  }

  /** Asks until there is an answer. */
  default String need(String question, boolean hidden) throws Left {
    while (true) {
      String answer = line(question + ": ", hidden);
      if (!answer.isEmpty()) {
        return answer;
      }
      tell("  This one is needed; Ctrl-D leaves without a file.");
    }
  }

  /** One line without its edges. */
  default String line(String prompt, boolean hidden) throws Left {
    String line = read(prompt, hidden);
    if (line == null) {
      throw new Left();
    }
    return line.strip();
  }

  /** The terminal, empty when standard input or output is none. */
  static Optional<Questions> ofTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal()
        ? Optional.of(new AtConsole(console))
        : Optional.empty();
  }

  /** Java's own. */
  record AtConsole(Console console) implements Questions {
    @Override
    public void tell(String line) {
      console.printf("%s%n", line);
    }

    @Override
    public @Nullable String read(String prompt, boolean hidden) {
      if (!hidden) {
        return console.readLine("%s", prompt);
      }
      char[] typed = console.readPassword("%s", prompt);
      return typed == null ? null : new String(typed);
    }
  }
}
