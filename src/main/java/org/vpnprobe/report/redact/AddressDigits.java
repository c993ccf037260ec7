package org.vpnprobe.report.redact;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Listed addresses within digits, as the bytes of a message are shown. */
final class AddressDigits {
  /** A run of fewer holds none. */
  private static final int LEAST = 8;

  private static final int[] LENGTHS = {32, 8, 10, 9};

  private final Known known;
  private final Pseudonyms pseudonyms;

  AddressDigits(Known known, Pseudonyms pseudonyms) {
    this.known = known;
    this.pseudonyms = pseudonyms;
  }

  @Nullable Hit at(String text, int i) {
    int end = known.listsAddresses() ? Signs.afterHex(text, i, text.length()) : i;
    if (end - i < LEAST) {
      return null;
    }
    String run = text.substring(i, end);
    String shown = shown(run, run.toLowerCase(Locale.ROOT));
    return shown.equals(run) ? null : new Hit(end, shown);
  }

  private String shown(String run, String small) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < small.length(); ) {
      Hit hit = number(small, i);
      if (hit == null) {
        out.append(run.charAt(i++));
      } else {
        out.append(hit.instead());
        i = hit.end();
      }
    }
    return out.toString();
  }

  private @Nullable Hit number(String digits, int from) {
    for (int length : LENGTHS) {
      int end = from + length;
      boolean decimal = length > 8 && length < 32;
      if (end > digits.length() || (decimal && (from > 0 || end < digits.length()))) {
        continue;
      }
      Optional<InetAddress> address = known.number(digits.substring(from, end));
      if (address.isPresent() && (!decimal || address.get() instanceof Inet4Address)) {
        return new Hit(end, pseudonyms.address(address.get()));
      }
    }
    return null;
  }
}
