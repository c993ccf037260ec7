package org.vpnprobe.config.imports.openvpn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.Span;
import org.vpnprobe.config.imports.Wordlike;

/** The lines of a client's file to directives; later ones win, as for OpenVPN. */
final class Directives {
  /** What may be shown of a line: a line of a key has digits or capitals, or is longer. */
  private static final Pattern SHOWN = Pattern.compile("[a-z][a-z-]{1,30}");

  private static final Pattern TAG = Pattern.compile("<([A-Za-z0-9-]{1,40})>");

  /** More than any client's file has; some list the routes of a whole country. */
  private static final int MOST = 20_000;

  /** Of names that are not read, as many as are listed, and one to tell that there are more. */
  private static final int MOST_UNREAD = ClientSettings.MOST_LISTED + 1;

  /** What is said over others, in their order. */
  private final List<Directive> all;

  /** Where in the list those of a name are: each of many servers asks for the same few. */
  private final Map<String, List<Integer>> places = new LinkedHashMap<>();

  private final SortedSet<String> unread = new TreeSet<>();
  private final @Nullable Span broken;
  private final @Nullable Directives below;

  private Directives(List<Directive> all, @Nullable Span broken, @Nullable Directives below) {
    this.all = List.copyOf(all);
    this.broken = broken;
    this.below = below;
    for (int i = 0; i < this.all.size(); i++) {
      places.computeIfAbsent(this.all.get(i).name(), unused -> new ArrayList<>()).add(i);
    }
    places.keySet().stream().filter(KnownDirectives::isUnread).forEach(this::unread);
    if (below != null) {
      below.unread.forEach(this::unread);
    }
  }

  private void unread(String name) {
    unread.add(SHOWN.matcher(name).matches() ? name : "…");
    if (unread.size() > MOST_UNREAD) {
      unread.removeLast();
    }
  }

  /** Reads lines; what is no directive is rejected. */
  static Directives of(Source source, Account account) {
    return of(source.lines(), 0, account);
  }

  /** The directives of a block, which may hold blocks of its own (openvpn(8), connection). */
  static Directives of(Directive block, Account account) {
    return of(block.lines(), block.span().first(), account);
  }

  /**
   * @param before how many lines of the file go before these
   */
  private static Directives of(List<String> lines, int before, Account account) {
    List<Directive> all = new ArrayList<>();
    @Nullable Span broken = null;
    for (int i = 0; i < lines.size(); i++) {
      Span span = Span.line(before + i + 1);
      Optional<List<String>> words = Directive.words(lines.get(i));
      String first = words.filter(w -> !w.isEmpty()).map(List::getFirst).orElse("");
      Matcher tag = TAG.matcher(first);
      if (all.size() == MOST) {
        Span rest = Span.lines(span.first(), before + lines.size());
        account.reject(rest, "", "more than " + MOST + " directives; what follows is not read");
        return new Directives(all, rest, null);
      } else if (words.isEmpty()) {
        account.reject(span, "", "a quote is not closed");
        broken = span;
      } else if (words.get().size() == 1 && tag.matches()) {
        int end = end(lines, i + 1, tag.group(1));
        span = Span.lines(span.first(), before + (end < 0 ? lines.size() : end + 1));
        if (end < 0) {
          account.reject(span, first, "expected </" + Wordlike.shown(tag.group(1)) + "> after it");
          broken = span;
        } else {
          String text = String.join("\n", lines.subList(i + 1, end));
          all.add(new Directive(tag.group(1), List.of(), text, span));
          account.cover(span);
        }
        i = end < 0 ? lines.size() : end;
      } else if (first.startsWith("<")) {
        account.reject(span, "", "expected a tag alone in its line, such as <ca>");
        broken = span;
      } else if (first.startsWith("-----")) {
        account.reject(span, "", "expected this between tags, such as <ca> and </ca>");
        broken = span;
      } else {
        account.cover(span);
        directive(words.get(), span).ifPresent(all::add);
      }
    }
    return new Directives(all, broken, null);
  }

  /** Which line closes a block, -1 when none does. OpenVPN takes no notice of what follows it. */
  private static int end(List<String> lines, int from, String tag) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).stripLeading().startsWith("</" + tag + ">")) {
        return i;
      }
    }
    return -1;
  }

  private static Optional<Directive> directive(List<String> words, Span span) {
    List<String> rest = words;
    // “setenv opt X” is X for those who know it (openvpn(8)).
    while (rest.size() > 2 && rest.get(0).equals("setenv") && rest.get(1).equals("opt")) {
      rest = rest.subList(2, rest.size());
    }
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    String name = rest.getFirst().startsWith("--") ? rest.getFirst().substring(2) : rest.getFirst();
    return Optional.of(new Directive(name, rest.subList(1, rest.size()), null, span));
  }

  /** Lines that nobody could read: what they meant may change the handshake. */
  @Nullable Span broken() {
    return broken != null || below == null ? broken : below.broken();
  }

  List<Directive> all(String name) {
    return all(List.of(name));
  }

  /** Those of some names, in their order. */
  List<Directive> all(List<String> names) {
    List<Directive> found = new ArrayList<>(below == null ? List.of() : below.all(names));
    names.stream()
        .flatMap(name -> places.getOrDefault(name, List.of()).stream())
        .sorted()
        .forEach(place -> found.add(all.get(place)));
    return found;
  }

  /** The last of this name, null when there is none. */
  @Nullable Directive last(String name) {
    return last(List.of(name));
  }

  /** The last of any of these names. */
  @Nullable Directive last(List<String> names) {
    int last = -1;
    for (String name : names) {
      List<Integer> own = places.get(name);
      last = own == null ? last : Math.max(last, own.getLast());
    }
    if (last >= 0) {
      return all.get(last);
    }
    return below == null ? null : below.last(names);
  }

  /** What they are called that nobody reads, in alphabetical order, as far as it may be shown. */
  SortedSet<String> unread() {
    return Collections.unmodifiableSortedSet(unread);
  }

  /** These, and what others say over them. */
  Directives under(Directives others) {
    return new Directives(others.all, others.broken, this);
  }

  /** These without those of some names. */
  Directives without(List<String> names) {
    return new Directives(
        all.stream().filter(d -> !names.contains(d.name())).toList(),
        broken,
        below == null ? null : below.without(names));
  }
}
