package org.vpnprobe.config.imports.openvpn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Span;

/**
 * One directive of a client's file.
 *
 * @param arguments without their quotes; those of an inline block are empty
 * @param inline the text between the tags, null when there are none
 */
record Directive(String name, List<String> arguments, @Nullable String inline, Span span) {
  Directive {
    arguments = List.copyOf(arguments);
  }

  /** An argument, null when there are fewer. */
  @Nullable String argument(int index) {
    return index < arguments.size() ? arguments.get(index) : null;
  }

  /** The lines between the tags as a file of their own. */
  List<String> lines() {
    return inline == null ? List.of() : inline.lines().toList();
  }

  /**
   * The words of a line as OpenVPN takes them apart (options.c, parse_line): quotes of either kind,
   * a backslash before what is meant literally, a comment from # or ; on.
   *
   * @return empty when a quote is not closed
   */
  static Optional<List<String>> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean escaped = c == '\\' && quote != '\'' && i + 1 < line.length();
      if (escaped) {
        word.append(line.charAt(++i));
        begun = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else if (!begun && (c == '#' || c == ';')) {
        break;
      } else if (c == '"' || c == '\'') {
        quote = c;
        begun = true;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return quote == 0 ? Optional.of(words) : Optional.empty();
  }
}
