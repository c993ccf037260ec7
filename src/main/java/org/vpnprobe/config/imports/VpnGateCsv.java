package org.vpnprobe.config.imports;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.openvpn.OpenVpnFile;

/** The list of VPN Gate's volunteers: each row holds an OpenVPN client's file in base64. */
final class VpnGateCsv implements ImportFormat {
  private static final String CONFIG = "openvpn_configdata_base64";

  @Override
  public String name() {
    return "vpngate";
  }

  @Override
  public String summary() {
    return "VPN Gate’s list (CSV with OpenVPN_ConfigData_Base64)";
  }

  @Override
  public boolean recognizes(Source source) {
    return header(source) > 0;
  }

  /** The line with the names of the columns, 0 when there is none. */
  private static int header(Source source) {
    for (int number = 1; number <= Math.min(5, source.lines().size()); number++) {
      if (source.line(number).contains("OpenVPN_ConfigData_Base64")) {
        return number;
      }
    }
    return 0;
  }

  @Override
  public void read(Source source, Account account) {
    int header = header(source);
    if (header == 0) {
      return;
    }
    for (int number = 1; number <= source.lines().size(); number++) {
      if (number == header || source.line(number).startsWith("*")) {
        account.cover(Span.line(number));
      }
    }
    account.aside(
        Span.line(header),
        "these are volunteers’ lines: limits: {servers_per_hour: …} spares them");
    Source names = withoutHash(source.line(header));
    List<String> columns = Table.columns(Table.row(names, 1, ','));
    for (Table.Row row : Table.rows(source, header + 1, ',')) {
      if (!row.field(0).startsWith("*")) {
        row(row, columns, account);
      }
    }
  }

  private static Source withoutHash(String line) {
    try {
      return Source.of("", line.replaceFirst("^\\s*#", ""));
    } catch (Unreadable e) {
      throw new IllegalStateException("it was a part of what is not too large", e);
    }
  }

  private static void row(Table.Row row, List<String> columns, Account account) {
    String name = row.field(columns.indexOf("hostname"));
    String country = row.field(columns.indexOf("countryshort"));
    if (row.broken() || row.fields().size() != columns.size()) {
      // Which of them is the name nobody knows then.
      account.reject(row.span(), "", "expected " + columns.size() + " fields");
      return;
    }
    Optional<byte[]> config = Packed.base64(row.field(columns.indexOf(CONFIG)));
    if (config.isEmpty()) {
      account.reject(row.span(), name, "expected an OpenVPN client’s file in base64");
      return;
    }
    String text = new String(config.get(), StandardCharsets.UTF_8);
    try {
      account.nested(
          row.span(),
          Source.packed("row", (name + " " + country).strip(), text, null),
          new OpenVpnFile());
    } catch (Unreadable e) {
      account.reject(row.span(), name, String.valueOf(e.getMessage()));
    }
  }
}
