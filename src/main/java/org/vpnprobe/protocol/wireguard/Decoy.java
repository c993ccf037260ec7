package org.vpnprobe.protocol.wireguard;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A decoy datagram of AmneziaWG 1.5 (I1–I5), in its tags: {@code <b 0x…>} literal bytes, {@code <r
 * n>} random bytes, {@code <rd n>} digits, {@code <rc n>} letters, {@code <t>} the time.
 */
public final class Decoy {
  private static final Pattern TAG =
      Pattern.compile("<(?:b 0x([0-9a-fA-F]*)|(rd|rc|r) (\\d{1,4})|(t))>");

  /** A decoy has to fit into one datagram. */
  private static final int LONGEST = 1280;

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private record Part(String kind, byte[] literal, int length) {}

  private final String text;
  private final List<Part> parts;

  private Decoy(String text, List<Part> parts) {
    this.text = text;
    this.parts = parts;
  }

  /** Parses the tags. */
  public static Decoy of(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher tag = TAG.matcher(text.strip());
    int at = 0;
    int length = 0;
    while (tag.find() && tag.start() == at) {
      parts.add(part(tag));
      length += parts.getLast().length();
      at = tag.end();
    }
    if (parts.isEmpty() || at != text.strip().length() || length > LONGEST) {
      throw new InvalidSetting(
          "", "expected tags such as <b 0xc0ff><r 16><rd 4><rc 4><t>, at most 1280 bytes in all");
    }
    return new Decoy(text.strip(), parts);
  }

  private static Part part(Matcher tag) {
    if (tag.group(1) != null) {
      if (tag.group(1).length() % 2 != 0) {
        throw new InvalidSetting("", "<b 0x…> has an odd number of digits");
      }
      byte[] literal = HexFormat.of().parseHex(tag.group(1));
      return new Part("b", literal, literal.length);
    }
    return tag.group(4) != null
        ? new Part("t", new byte[0], 4)
        : new Part(tag.group(2), new byte[0], Integer.parseInt(tag.group(3)));
  }

  /** One datagram. */
  byte[] datagram(RandomGenerator random, Instant now) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Part part : parts) {
      switch (part.kind()) {
        case "b" -> out.writeBytes(part.literal());
        case "t" -> out.writeBytes(new ByteWriter().u32(now.getEpochSecond()).toByteArray());
        case "rd" -> out.writeBytes(drawn("0123456789", part.length(), random));
        case "rc" -> out.writeBytes(drawn(LETTERS, part.length(), random));
        default -> {
          byte[] bytes = new byte[part.length()];
          random.nextBytes(bytes);
          out.writeBytes(bytes);
        }
      }
    }
    return out.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Decoy decoy && text.equals(decoy.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The tags. */
  @Override
  public String toString() {
    return text;
  }

  private static byte[] drawn(String from, int length, RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(from.charAt(random.nextInt(from.length())));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
