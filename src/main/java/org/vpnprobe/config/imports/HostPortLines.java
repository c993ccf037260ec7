package org.vpnprobe.config.imports;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.protocol.Protocols;

/** One endpoint a line: {@code host:port/protocol}, a name behind it if wanted. */
final class HostPortLines implements ImportFormat {
  private static final Pattern LINE =
      Pattern.compile("([^\\s/#,;\"]+)/([a-z0-9-]{1,30})(?:\\s+(\\S.*))?");

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public String summary() {
    return "lines of host:port/protocol, each with a name behind it if wanted";
  }

  @Override
  public boolean recognizes(Source source) {
    return source.lines().stream()
        .map(String::strip)
        .filter(line -> !isComment(line))
        .findFirst()
        .filter(line -> LINE.matcher(uncommented(line)).matches())
        .isPresent();
  }

  @Override
  public void read(Source source, Account account) {
    for (int number = 1; number <= source.lines().size(); number++) {
      String line = source.line(number).strip();
      if (isComment(line)) {
        account.cover(Span.line(number));
      } else {
        line(Span.at(number, source.line(number).indexOf(line) + 1), line, account);
      }
    }
  }

  private static void line(Span span, String line, Account account) {
    Matcher form = LINE.matcher(uncommented(line));
    if (!form.matches()) {
      account.reject(span, "", "expected host:port/protocol, such as vpn.example.net:443/sstp");
    } else if (!Protocols.names().contains(form.group(2))) {
      account.reject(
          Span.at(span.first(), span.column() + form.start(2)),
          form.group(2),
          "expected a protocol (“vpnprobe protocols” lists them)");
    } else {
      Entry.Builder entry = Entry.of(span, form.group(2), form.group(1));
      account.found(entry.label(form.group(3) == null ? "" : form.group(3)).build());
    }
  }

  /** A line without the comment at its end, which has a blank before it. */
  private static String uncommented(String line) {
    int hash = line.indexOf('#');
    while (hash > 0 && !Character.isWhitespace(line.charAt(hash - 1))) {
      hash = line.indexOf('#', hash + 1);
    }
    return hash < 0 ? line : line.substring(0, hash).stripTrailing();
  }

  private static boolean isComment(String line) {
    return line.isEmpty() || line.startsWith("#") || line.startsWith(";");
  }
}
