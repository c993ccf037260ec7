package org.vpnprobe.protocol.wireguard;

import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.model.InvalidSetting;

/** The type word of a message (AmneziaWG H1–H4): one number, or since 2.0 a range to draw from. */
public record HeaderRange(long from, long to) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,10})(?:\\s*-\\s*(\\d{1,10}))?");
  private static final long MAX = 0xffffffffL;

  public HeaderRange {
    if (from < 0 || to < from || to > MAX) {
      throw new InvalidSetting("", "expected a number from 0 to 4294967295, or a range of them");
    }
  }

  /** Parses {@code 5} or {@code 5-10}. */
  public static HeaderRange of(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new InvalidSetting("", "expected a number (5) or a range (5-10)");
    }
    long from = Long.parseLong(form.group(1));
    return new HeaderRange(from, form.group(2) == null ? from : Long.parseLong(form.group(2)));
  }

  boolean contains(long type) {
    return type >= from && type <= to;
  }

  long draw(RandomGenerator random) {
    return from == to ? from : random.nextLong(from, to + 1);
  }

  boolean meets(HeaderRange other) {
    return from <= other.to && other.from <= to;
  }
}
