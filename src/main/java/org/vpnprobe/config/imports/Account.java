package org.vpnprobe.config.imports;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.Problem;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.model.SourceMark;

/**
 * What a format says of one source. In the end every line that holds something is covered: by an
 * entry, by a remark, or as part of the frame.
 */
public final class Account {
  /** A subscription in base64 that holds a profile that holds a configuration: no more. */
  private static final int DEEPEST = 4;

  private static final int MOST_SHOWN = 80;

  /** Of a setting, as where probes.yaml refers to a file: many entries may have one alike. */
  private static final int MOST_TEXT = 256 * 1024;

  private static final int MOST_VALUES = 1_000;

  private final Ledger ledger;
  private final Source source;
  private final @Nullable SourceMark outer;
  private final int depth;
  private final BitSet covered = new BitSet();

  private Account(Ledger ledger, Source source, @Nullable SourceMark outer, int depth) {
    this.ledger = ledger;
    this.source = source;
    this.outer = outer;
    this.depth = depth;
  }

  /** Reads a source as the given format, or as the one that recognizes it. */
  static void read(Ledger ledger, Source source, @Nullable ImportFormat format) {
    new Account(ledger, source, null, 0).read(format);
  }

  private void read(@Nullable ImportFormat given) {
    ImportFormat format = given == null ? ImportFormats.recognize(source).orElse(null) : given;
    if (format == null) {
      reject(
          source.whole(),
          "",
          "it looks like no format that is read (“vpnprobe import --formats” lists them); --as says"
              + " which it is");
      return;
    }
    int before = ledger.size();
    format.read(source, this);
    rejectUncovered(format);
    if (ledger.size() == before) {
      reject(source.whole(), "", "there is no entry in it; expected " + format.summary());
    }
  }

  /** An endpoint. */
  public void found(Entry entry) {
    cover(entry.span());
    for (Map.Entry<String, Object> setting : entry.settings().entrySet()) {
      if (isLarge(setting.getValue())) {
        reject(
            entry.places().getOrDefault(setting.getKey(), entry.span()),
            setting.getKey(),
            "larger than " + MOST_TEXT / 1024 + " KiB, or more than " + MOST_VALUES + " values");
        return;
      }
    }
    ledger.found(entry, this::mark, inner(entry.span()));
  }

  private static boolean isLarge(Object value) {
    return switch (value) {
      case String text -> text.length() > MOST_TEXT;
      case List<?> items ->
          items.size() > MOST_VALUES
              || items.stream().mapToLong(item -> item.toString().length()).sum() > MOST_TEXT;
      default -> false;
    };
  }

  /**
   * An entry that is understood but not imported.
   *
   * @param what a word or two for what it is; shown, so never a secret
   * @param reason why it is not
   */
  public void skip(Span span, String what, String reason) {
    cover(span);
    ledger.add(new Outcome.Skipped(mark(span), shown(what), inner(span) + reason));
  }

  /**
   * An entry that cannot be used.
   *
   * @param span its lines; it is shown at their beginning
   * @param what a word or two for what is wrong; shown, so never a secret; may be empty
   * @param expected what should have been there
   */
  public void reject(Span span, String what, String expected) {
    cover(span);
    ledger.reject(new Problem(mark(span), shown(what), inner(span) + expected, null));
  }

  /** Something beside the entries that is left out; said once. */
  public void aside(Span span, String remark) {
    cover(span);
    ledger.remark(mark(span) + ": " + inner(span) + remark);
  }

  /** Lines that belong to the frame: headings, comments, brackets. */
  public void cover(Span span) {
    covered.set(span.first(), span.last() + 1);
  }

  /** How many entries have been accounted for, in all sources so far. */
  public int size() {
    return ledger.size();
  }

  /**
   * Reads what was packed into some lines. Its entries stand at their beginning.
   *
   * @param format null for the one that recognizes it
   */
  public void nested(Span span, Source inside, @Nullable ImportFormat format) {
    cover(span);
    if (depth >= DEEPEST) {
      reject(span, "", "packed deeper than " + DEEPEST + " times");
    } else if (!ledger.afford(inside.bytes().length)) {
      reject(span, "", "more than " + Ledger.MOST_UNPACKED / 1048576 + " MiB when unpacked");
    } else {
      new Account(ledger, inside, mark(span), depth + 1).read(format);
    }
  }

  /**
   * Reads every item of a list. An item of which nothing is said is rejected.
   *
   * @param expected what an item should be
   */
  public void each(Yaml.Items list, String expected, Consumer<Yaml> reader) {
    for (Yaml item : list.items()) {
      int before = size();
      reader.accept(item);
      if (size() == before) {
        reject(Span.at(item.at().line(), item.at().column()), "", expected);
      }
    }
  }

  private void rejectUncovered(ImportFormat format) {
    int lines = source.lines().size();
    for (int line = 1; line <= lines; line++) {
      if (!open(line)) {
        continue;
      }
      int last = line;
      while (last < lines && open(last + 1)) {
        last++;
      }
      String which = last == line ? "this line is" : "lines " + line + " to " + last + " are";
      reject(
          new Span(line, last, 1 + indent(line)),
          "",
          which + " no part of any entry; expected " + format.summary());
      line = last;
    }
  }

  private boolean open(int line) {
    return !covered.get(line) && !source.line(line).isBlank();
  }

  private int indent(int line) {
    String text = source.line(line);
    return text.length() - text.stripLeading().length();
  }

  private SourceMark mark(Span span) {
    return outer == null ? new SourceMark(source.name(), span.first(), span.column()) : outer;
  }

  private String inner(Span span) {
    return outer == null || source.lines().size() <= 1
        ? ""
        : "in line "
            + span.first()
            + (span.column() > 1 ? ", column " + span.column() : "")
            + " of what is packed here: ";
  }

  private static String shown(String text) {
    String line = Wordlike.shown(text.replaceAll("\\p{Cntrl}", " ").strip());
    return line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "…" : line;
  }
}
