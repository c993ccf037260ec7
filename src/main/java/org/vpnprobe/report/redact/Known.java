package org.vpnprobe.report.redact;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.SourceMark;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Variation;

/**
 * Names and addresses that the journals themselves list: replaced wherever they stand, in every
 * spelling, also where nothing in their form tells what they are.
 */
final class Known {
  private static final Pattern OUTSIDE =
      Pattern.compile("^[/\\\\~]|^[A-Za-z]:[/\\\\]|(^|[/\\\\])\\.\\.([/\\\\]|$)");

  private final Set<String> hosts = new HashSet<>();
  private final Set<String> labels = new HashSet<>();
  private final Map<String, InetAddress> addresses = new TreeMap<>();
  private final Set<String> folders = new HashSet<>();
  private final Map<String, InetAddress> numbers = new HashMap<>();

  private Known() {}

  /** What these journals list. */
  static Known in(List<Recorded> journals) {
    Known known = new Known();
    for (Recorded journal : journals) {
      for (EndpointFacts endpoint : journal.plan().endpoints()) {
        known.server(endpoint.address());
        known.host(endpoint.sni());
        SourceMark where = endpoint.where();
        known.folder(where == null ? null : where.file());
      }
      journal.plan().vantages().stream().map(VantageFacts::resolver).forEach(known::resolver);
      journal.plan().rejected().forEach(entry -> known.folder(entry.file()));
      known.folder(journal.plan().file());
      journal.egresses().stream().map(Egress::address).forEach(known::host);
      journal.measurements().forEach(known::measurement);
    }
    known.spell();
    return known;
  }

  /** True for a host name in its canonical form. */
  boolean host(String canonical, boolean alsoSingleLabels) {
    return (alsoSingleLabels || canonical.indexOf('.') >= 0) && hosts.contains(canonical);
  }

  /** True when some host name begins with this label. */
  boolean begins(String canonical) {
    return labels.contains(canonical);
  }

  /** The canonical form of a host name: small letters, ASCII (RFC 5890 section 2.3.2.1). */
  static String canonical(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    if (isAscii(small)) {
      return small;
    }
    try {
      return IDN.toASCII(small, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return small;
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** The address that these hexadecimal or decimal digits stand for, when it is a listed one. */
  Optional<InetAddress> number(String digits) {
    return Optional.ofNullable(numbers.get(digits));
  }

  /** True for a listed address. */
  boolean lists(InetAddress address) {
    return addresses.containsKey(address.getHostAddress());
  }

  /** Folders of the files that the journals name: they tell who made them. */
  Set<String> folders() {
    return folders;
  }

  /** All host names, canonical. */
  Set<String> hosts() {
    return hosts;
  }

  /** All addresses, in one order. */
  Iterable<InetAddress> addresses() {
    return addresses.values();
  }

  private void measurement(Measurement m) {
    if (m.address() != null) {
      server(m.address());
    }
    if (m.experiment() != null) {
      switch (m.experiment().variation()) {
        case Variation.OtherAddress other -> host(other.address());
        case Variation.Lookup lookup -> host(lookup.server());
        default -> {
          // The other variations name nobody of the user's.
        }
      }
    }
  }

  private void server(String address) {
    try {
      host(HostPort.of(address).host());
    } catch (InvalidSetting e) {
      host(address);
    }
  }

  private void resolver(String shown) {
    if (shown.contains("://")) {
      try {
        host(URI.create(shown).getHost());
      } catch (IllegalArgumentException e) {
        // Not a URL: found by its form, if at all.
      }
    } else if (shown.indexOf('.') >= 0 || shown.indexOf(':') >= 0) {
      server(shown);
    }
  }

  private void host(@Nullable String text) {
    if (text == null || text.isEmpty() || Literals.isSpared(text)) {
      return;
    }
    Optional<InetAddress> literal = Literals.address(text);
    if (literal.isPresent()) {
      addresses.put(literal.get().getHostAddress(), literal.get());
    } else {
      String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
      String canonical = canonical(name);
      hosts.add(canonical);
      labels.add(canonical.substring(0, Math.max(0, canonical.indexOf('.'))));
    }
  }

  private void folder(@Nullable String file) {
    int length = file == null ? 0 : folders(file);
    if (file != null && length > 1) {
      folders.add(file.substring(0, length));
    }
  }

  /**
   * How much of a file's path tells about the machine and its user: all folders of an absolute path
   * and of one that leaves the working folder, none of another.
   */
  static int folders(String file) {
    boolean below = !OUTSIDE.matcher(file).find();
    return below ? 0 : Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1;
  }

  private void spell() {
    for (InetAddress address : addresses.values()) {
      StringBuilder hex = new StringBuilder();
      for (byte b : address.getAddress()) {
        hex.append(String.format(Locale.ROOT, "%02x", b));
      }
      numbers.put(hex.toString(), address);
      if (address instanceof Inet4Address) {
        numbers.put(Long.toString(Long.parseLong(hex.toString(), 16)), address);
      }
    }
  }
}
