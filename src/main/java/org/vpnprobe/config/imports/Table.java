package org.vpnprobe.config.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Comma-separated values (RFC 4180): fields in quotes may hold commas, quotes and line breaks. */
final class Table {
  private static final int MOST_FIELDS = 200;

  /**
   * Of one row: a certificate in a field has some thirty. An open quote is looked for no further.
   */
  private static final int MOST_LINES = 200;

  /**
   * A row.
   *
   * @param broken a quote is not closed, or there are too many fields
   */
  record Row(Span span, List<String> fields, boolean broken) {
    Row {
      fields = List.copyOf(fields);
    }

    /**
     * A field without blanks around it; empty when the row is shorter, or there is no such column.
     */
    String field(int index) {
      return index >= 0 && index < fields.size() ? fields.get(index).strip() : "";
    }
  }

  private final Source source;
  private final char separator;

  private Table(Source source, char separator) {
    this.source = source;
    this.separator = separator;
  }

  /** The rows from a line on, blank lines and comments (#) left out. */
  static List<Row> rows(Source source, int from, char separator) {
    return new Table(source, separator).rows(from);
  }

  /** The row that begins in a line. */
  static Row row(Source source, int first, char separator) {
    return new Table(source, separator).row(first);
  }

  private List<Row> rows(int from) {
    List<Row> rows = new ArrayList<>();
    for (int number = from; number <= source.lines().size(); ) {
      String line = source.line(number).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        number++;
      } else {
        Row row = row(number);
        rows.add(row);
        number = row.span().last() + 1;
      }
    }
    return rows;
  }

  private Row row(int first) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    boolean blank = true;
    int number = first;
    while (true) {
      String line = source.line(number);
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append('"');
          blank = false;
          i++;
        } else if (c == '"' && (quoted || blank)) {
          quoted = !quoted;
        } else if (c == separator && !quoted) {
          add(fields, field);
          blank = true;
        } else {
          field.append(c);
          blank &= c == ' ';
        }
      }
      if (!quoted) {
        add(fields, field);
        return new Row(Span.lines(first, number), fields, fields.size() > MOST_FIELDS);
      }
      if (number == source.lines().size() || number - first == MOST_LINES) {
        // Only the line that opens the quote is lost.
        return new Row(Span.line(first), List.of(), true);
      }
      field.append('\n');
      blank = false;
      number++;
    }
  }

  /** Of a row that has too many fields the rest is let go. */
  private static void add(List<String> fields, StringBuilder field) {
    if (fields.size() <= MOST_FIELDS) {
      fields.add(field.toString());
    }
    field.setLength(0);
  }

  /** The names of columns in the spelling of our keys. */
  static List<String> columns(Row header) {
    return header.fields().stream()
        .map(name -> name.strip().toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_'))
        .toList();
  }
}
