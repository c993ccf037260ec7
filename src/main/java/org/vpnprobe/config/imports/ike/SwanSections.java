package org.vpnprobe.config.imports.ike;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;

/**
 * strongSwan's settings files (strongswan.conf(5)): nested sections in braces, {@code key = value},
 * comments from # on, quotes. Bounded, without recursion.
 */
final class SwanSections {
  private static final int DEEPEST = 20;

  /** A section. */
  static final class Section {
    private final String name;
    private final int first;
    private int last;
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Map<String, Value> values = new LinkedHashMap<>();

    Section(String name, int first) {
      this.name = name;
      this.first = first;
      this.last = first;
    }

    String name() {
      return name;
    }

    Span span() {
      return Span.lines(first, Math.max(first, last));
    }

    Map<String, Section> sections() {
      return sections;
    }

    Map<String, Value> values() {
      return values;
    }

    /** The text of a key, null when it is not there. */
    @Nullable String text(String key) {
      Value value = values.get(key);
      return value == null ? null : value.text();
    }

    /** The sections whose names begin like this: local, local-1. */
    List<Section> like(String prefix) {
      return sections.values().stream().filter(s -> s.name.startsWith(prefix)).toList();
    }
  }

  /** A value and where it stands. */
  record Value(String text, Span at) {}

  private final Source source;
  private final Account account;
  private final Deque<Section> open = new ArrayDeque<>();

  private SwanSections(Source source, Account account) {
    this.source = source;
    this.account = account;
  }

  /** Reads a file; what is no part of a section is rejected. */
  static Section read(Source source, Account account) {
    return new SwanSections(source, account).read();
  }

  private Section read() {
    Section root = new Section("", 1);
    open.push(root);
    for (int number = 1; number <= source.lines().size(); number++) {
      line(number, source.line(number));
    }
    while (open.size() > 1) {
      Section section = open.pop();
      section.last = source.lines().size();
      account.reject(Span.line(section.first), shown(section.name), "its } is missing");
    }
    return root;
  }

  /** A line may open, close and set several things. */
  private void line(int number, String written) {
    account.cover(Span.line(number));
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (quoted) {
        if (c == '\\' && i + 1 < written.length()) {
          word.append(written.charAt(++i));
        } else if (c == '"') {
          quoted = false;
        } else {
          word.append(c);
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '#') {
        break;
      } else if (c == '{') {
        begin(word.toString().strip(), number);
        word.setLength(0);
      } else if (c == '}') {
        set(word.toString(), number);
        word.setLength(0);
        close(number);
      } else {
        word.append(c);
      }
    }
    if (quoted) {
      account.reject(Span.line(number), "", "a quote is not closed");
    } else {
      set(word.toString(), number);
    }
  }

  private void begin(String name, int number) {
    int colon = name.indexOf(':');
    String own = (colon < 0 ? name : name.substring(0, colon)).strip();
    Section section = new Section(own, number);
    Section into = open.peek();
    // A secret with a brace in it, and no quotes around, is no section.
    boolean named = !own.isEmpty() && own.indexOf('=') < 0;
    if (colon >= 0 || !named || open.size() > DEEPEST || into == null) {
      account.reject(
          Span.line(number),
          shown(own),
          colon >= 0 ? "what it takes over from other sections is not read" : "expected name { …");
    } else {
      // What stands in two sections of one name is one section's (strongswan.conf(5)).
      section = into.sections.computeIfAbsent(own, unused -> new Section(own, number));
    }
    open.push(section);
    if (open.size() > DEEPEST + 2) {
      open.pop();
    }
  }

  /** A name as it may be shown: nothing that may be a part of a secret. */
  private static String shown(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,40}") ? name : "";
  }

  private void close(int number) {
    if (open.size() > 1) {
      open.pop().last = number;
    } else {
      account.reject(Span.line(number), "}", "it closes nothing");
    }
  }

  private void set(String text, int number) {
    Section into = open.peek();
    if (text.isBlank() || into == null) {
      return;
    }
    int equals = text.indexOf('=');
    if (text.strip().startsWith("include ")) {
      account.skip(Span.line(number), "include", "other files are not followed");
    } else if (equals <= 0) {
      account.reject(Span.line(number), "", "expected key = value, or name { … }");
    } else {
      into.values.put(
          text.substring(0, equals).strip(),
          new Value(text.substring(equals + 1).strip(), Span.line(number)));
    }
  }

  /** The items of a list. */
  static List<String> list(@Nullable String text) {
    List<String> items = new ArrayList<>();
    if (text != null) {
      for (String item : text.split(",", -1)) {
        if (!item.isBlank()) {
          items.add(item.strip());
        }
      }
    }
    return items;
  }
}
