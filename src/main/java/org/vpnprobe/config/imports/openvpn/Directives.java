package org.vpnprobe.config.imports.openvpn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;

/** The lines of a client's file to directives; later ones win, as for OpenVPN. */
final class Directives {
  private static final Pattern TAG = Pattern.compile("<([A-Za-z0-9-]{1,40})>");

  private final List<Directive> all;

  private Directives(List<Directive> all) {
    this.all = List.copyOf(all);
  }

  /** Reads lines; what is no directive is rejected. */
  static Directives of(Source source, Account account) {
    List<Directive> all = new ArrayList<>();
    int last = source.lines().size();
    for (int number = 1; number <= last; number++) {
      String line = source.line(number).strip();
      Matcher tag = TAG.matcher(line);
      if (tag.matches()) {
        int end = end(source, number, tag.group(1));
        Span span = Span.lines(number, end < 0 ? last : end);
        if (end < 0) {
          account.reject(span, line, "expected </" + tag.group(1) + "> after it");
        } else {
          String text = String.join("\n", source.lines().subList(number, end - 1));
          all.add(new Directive(tag.group(1), List.of(), text, span));
          account.cover(span);
        }
        number = span.last();
      } else {
        line(line, number, all, account);
      }
    }
    return new Directives(all);
  }

  /** The directives of a block. */
  static Directives of(Directive block, Account account) {
    List<Directive> all = new ArrayList<>();
    int number = block.span().first();
    for (String line : block.lines()) {
      line(line.strip(), ++number, all, account);
    }
    return new Directives(all);
  }

  /** The number of the line that closes a block, -1 when none does. */
  private static int end(Source source, int from, String tag) {
    for (int number = from + 1; number <= source.lines().size(); number++) {
      if (source.line(number).strip().equals("</" + tag + ">")) {
        return number;
      }
    }
    return -1;
  }

  private static void line(String line, int number, List<Directive> all, Account account) {
    Span span = Span.line(number);
    Optional<List<String>> words = Directive.words(line);
    if (words.isEmpty()) {
      account.reject(span, "", "a quote is not closed");
      return;
    }
    account.cover(span);
    List<String> rest = words.get();
    // “setenv opt X” is X for those who know it (openvpn(8)).
    while (rest.size() > 2 && rest.get(0).equals("setenv") && rest.get(1).equals("opt")) {
      rest = rest.subList(2, rest.size());
    }
    if (!rest.isEmpty()) {
      String name =
          rest.getFirst().startsWith("--") ? rest.getFirst().substring(2) : rest.getFirst();
      all.add(new Directive(name, rest.subList(1, rest.size()), null, span));
    }
  }

  List<Directive> all() {
    return all;
  }

  List<Directive> all(String name) {
    return all.stream().filter(directive -> directive.name().equals(name)).toList();
  }

  /** The last of this name, null when there is none. */
  @Nullable Directive last(String name) {
    List<Directive> named = all(name);
    return named.isEmpty() ? null : named.getLast();
  }

  /** The last of any of these names. */
  @Nullable Directive last(List<String> names) {
    Directive last = null;
    for (Directive directive : all) {
      last = names.contains(directive.name()) ? directive : last;
    }
    return last;
  }

  /** These, and what others say over them. */
  Directives under(Directives others) {
    List<Directive> both = new ArrayList<>(all);
    both.addAll(others.all);
    return new Directives(both);
  }

  /** These without those of some names. */
  Directives without(List<String> names) {
    return new Directives(all.stream().filter(d -> !names.contains(d.name())).toList());
  }
}
