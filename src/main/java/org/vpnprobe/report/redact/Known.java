package org.vpnprobe.report.redact;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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

  /** Digits of an address of four bytes, and of one of sixteen. */
  private static final int HEX_IP4 = 8;

  private static final int HEX_IP6 = 32;

  /** 4294967295. */
  private static final int MOST_DECIMAL = 10;

  private final Set<String> hosts = new HashSet<>();
  private final Set<String> labels = new HashSet<>();
  private final Set<InetAddress> addresses = new HashSet<>();
  private final Set<String> folders = new HashSet<>();
  private boolean words;

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
      Set<String> seen = new HashSet<>(); // A million measurements name few addresses.
      journal.measurements().forEach(m -> known.measurement(m, seen));
    }
    return known;
  }

  /** True when there is any host name. */
  boolean listsHosts() {
    return !hosts.isEmpty();
  }

  /** True when there is one of a single label. */
  boolean listsWords() {
    return words;
  }

  /** True when there is any address. */
  boolean listsAddresses() {
    return !addresses.isEmpty();
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

  /**
   * The listed address that these digits stand for: the hexadecimal ones of all its bytes, or the
   * decimal ones of an IPv4 address as a number, without zeros before it.
   *
   * @param digits small ones
   */
  Optional<InetAddress> number(String digits) {
    return spelled(HEX_IP4, HEX_IP6, digits).or(() -> decimal(digits));
  }

  private Optional<InetAddress> spelled(int shorter, int longer, String digits) {
    boolean possible = digits.length() == shorter || digits.length() == longer;
    return possible && digits.chars().allMatch(HexFormat::isHexDigit)
        ? Literals.bytes(HexFormat.of().parseHex(digits))
            .filter(address -> 2 * address.getAddress().length == digits.length())
            .filter(this::lists)
        : Optional.empty();
  }

  private Optional<InetAddress> decimal(String digits) {
    boolean possible =
        !digits.isEmpty() && digits.length() <= MOST_DECIMAL && !digits.startsWith("0");
    if (!possible || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    String hex = Long.toHexString(Long.parseLong(digits));
    return hex.length() > HEX_IP4
        ? Optional.empty()
        : spelled(HEX_IP4, HEX_IP4, "0".repeat(HEX_IP4 - hex.length()) + hex);
  }

  /** True for a listed address. */
  boolean lists(InetAddress address) {
    return addresses.contains(address);
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
  List<InetAddress> addresses() {
    return addresses.stream().sorted(Comparator.comparing(InetAddress::getHostAddress)).toList();
  }

  private void measurement(Measurement m, Set<String> seen) {
    if (m.address() != null && seen.add(m.address())) {
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
      addresses.add(literal.get());
    } else {
      name(canonical(text.endsWith(".") ? text.substring(0, text.length() - 1) : text));
    }
  }

  private void name(String canonical) {
    int point = canonical.indexOf('.');
    if (canonical.isEmpty()) {
      return; // The root is nobody's.
    }
    hosts.add(canonical);
    words |= point < 0;
    if (point > 0) {
      labels.add(canonical.substring(0, point));
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
}
