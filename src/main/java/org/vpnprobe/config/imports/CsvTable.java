package org.vpnprobe.config.imports;

import java.util.List;
import java.util.Set;
import org.vpnprobe.protocol.Protocols;

/**
 * A table with a header: {@code protocol} and {@code address} (or {@code host} and {@code port}),
 * {@code name} and {@code tags} if wanted; every other column is a setting of the protocol.
 */
final class CsvTable implements ImportFormat {
  private static final Set<String> OWN =
      Set.of("protocol", "address", "host", "ip", "domain", "port", "name", "tags", "tag");

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String summary() {
    return "table (CSV) with columns protocol, address or host and port, name, tags, settings";
  }

  @Override
  public boolean recognizes(Source source) {
    for (int number = 1; number <= source.lines().size(); number++) {
      String line = source.line(number).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        List<String> columns = Table.columns(Table.row(source, number, separator(line)));
        return columns.contains("protocol")
            && (columns.contains("address") || columns.contains("host") || columns.contains("ip"));
      }
    }
    return false;
  }

  private static char separator(String header) {
    return header.contains("\t") ? '\t' : header.contains(";") && !header.contains(",") ? ';' : ',';
  }

  @Override
  public void read(Source source, Account account) {
    comments(source, account);
    int first = 1;
    while (first <= source.lines().size()
        && (source.line(first).isBlank() || source.line(first).strip().startsWith("#"))) {
      first++;
    }
    if (first > source.lines().size()) {
      return;
    }
    List<Table.Row> rows = Table.rows(source, first, separator(source.line(first)));
    Table.Row header = rows.getFirst();
    account.cover(header.span());
    List<String> columns = Table.columns(header);
    if (!columns.contains("protocol")) {
      account.reject(header.span(), "", "expected a header with protocol, address, name, …");
      return;
    }
    for (int i = 1; i < columns.size(); i++) {
      String column = columns.get(i);
      if (!column.isEmpty() && columns.indexOf(column) < i) {
        account.cover(source.whole());
        account.reject(header.span(), column, "this column stands here twice; leave one out");
        return;
      }
    }
    rows.subList(1, rows.size()).forEach(row -> row(row, columns, account));
  }

  private static void comments(Source source, Account account) {
    for (int number = 1; number <= source.lines().size(); number++) {
      if (source.line(number).strip().startsWith("#")) {
        account.cover(Span.line(number));
      }
    }
  }

  private static void row(Table.Row row, List<String> columns, Account account) {
    String protocol = row.field(columns.indexOf("protocol"));
    String host = first(row, columns, "address", "host", "domain", "ip");
    String port = row.field(columns.indexOf("port"));
    if (row.broken() || row.fields().size() > columns.size()) {
      account.reject(row.span(), "", "expected " + columns.size() + " fields, quotes closed");
    } else if (!Protocols.names().contains(protocol)) {
      account.reject(row.span(), protocol, "expected a protocol (“vpnprobe protocols” lists them)");
    } else if (host.isEmpty()) {
      account.reject(row.span(), "address", "expected host:port, or a host and a port");
    } else {
      String shown =
          host.contains(":") && !port.isEmpty() && !host.startsWith("[") ? "[" + host + "]" : host;
      Entry.Builder entry =
          Entry.of(row.span(), protocol, port.isEmpty() ? host : shown + ":" + port)
              .label(row.field(columns.indexOf("name")));
      for (String tag : first(row, columns, "tags", "tag").split("[ ,;]+", -1)) {
        if (!tag.isEmpty()) {
          entry.tag(tag);
        }
      }
      for (int i = 0; i < columns.size(); i++) {
        if (!OWN.contains(columns.get(i)) && !row.field(i).isEmpty()) {
          entry.set(columns.get(i), row.field(i));
        }
      }
      account.found(entry.build());
    }
  }

  private static String first(Table.Row row, List<String> columns, String... names) {
    for (String name : names) {
      String field = row.field(columns.indexOf(name));
      if (!field.isEmpty()) {
        return field;
      }
    }
    return "";
  }
}
