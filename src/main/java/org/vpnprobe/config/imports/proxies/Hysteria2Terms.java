package org.vpnprobe.config.imports.proxies;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.imports.Entry;

/** Hysteria 2. A client that hops begins at any of its ports; here it is the first. */
final class Hysteria2Terms implements Terms {
  private static final int HTTPS = 443;

  /** One of {@code 123,5000-6000}; sing-box writes its ranges with a colon, and leaves ends out. */
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-\\d{1,5}|:\\d{0,5})?");

  private static final int MOST_RANGES = 1000;

  @Override
  public Entry.Builder entry(Proxy proxy) throws NotImported {
    String obfs = Objects.requireNonNullElse(proxy.text("obfs"), "none");
    boolean salamander = obfs.equals("salamander");
    if (!salamander && !obfs.equals("none")) {
      throw NotImported.unspoken("the obfuscation " + Terms.word(obfs) + " is not spoken here");
    }
    Part several = proxy.first("ports", "mport", "server_ports");
    Part port = proxy.port();
    Part hopping = port != null && !port.text().matches("\\d*") ? port : several;
    boolean single = port != null && port.text().matches("\\d+");
    Part begin = single ? port : first(hopping);
    Entry.Builder entry =
        Entry.of(proxy.span(), "hysteria2", Server.address(proxy.host(), begin, HTTPS));
    if (hopping != null && begin != null && !hopping.text().equals(begin.text())) {
      entry.note(
          "its client hops between ports; port " + Server.number(begin) + " alone is probed");
    }
    Terms.set(entry, "password", proxy.part("password"));
    if (salamander) {
      Terms.set(
          entry,
          "obfs_password",
          proxy.need("password of the obfuscation", "obfs-password", "obfs_password"));
    }
    TlsTerms.set(entry, proxy);
    proxy.ignore(
        "obfs-password",
        "obfs_password",
        "alpn",
        "security",
        "up",
        "down",
        "upmbps",
        "downmbps",
        "mportHopInt",
        "hop-interval",
        "fastopen",
        "udp",
        "tfo");
    return entry;
  }

  private static @Nullable Part first(@Nullable Part ports) throws NotImported {
    if (ports == null) {
      return null;
    }
    @Nullable Part first = null;
    for (String range : ports.text().replace(" ", "").split(",", MOST_RANGES)) {
      Matcher form = PORTS.matcher(range);
      if (!form.matches()) {
        throw NotImported.malformed(
            ports.at(), "", "expected a port, or several such as 443,5000-6000");
      }
      first = first == null ? new Part(form.group(1), ports.at()) : first;
    }
    return first;
  }
}
