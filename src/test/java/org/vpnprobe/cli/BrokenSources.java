package org.vpnprobe.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.config.imports.ImportFormats;

/**
 * Files of other programs with secrets of their own in them, and what slips of the finger, of a
 * clipboard or of a download make of those.
 */
final class BrokenSources {
  private static final Pattern PLACE = Pattern.compile("«([a-z]+)»");
  private static final Pattern PACKED = Pattern.compile("(?s)⟦(.*?)⟧");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.+=/-]{2,}");

  /** What is shown because it is a name or an address, wherever a secret takes its place. */
  private static final Pattern NAMED =
      Pattern.compile("[Ll]abelled|tagged|localhost|127\\.0\\.0\\.1.*|joe|.*//.*");

  private static final String ODD = "\n=<>{}[]\",:;#\\\0/%&?@$'\t |*!-0aÄ\u00ff";

  /**
   * A source as its program would write it.
   *
   * @param text with what is packed still open, between ⟦ and ⟧
   * @param secrets as they stand in it
   */
  record Source(String format, String text, List<String> secrets) {
    /** As it stands in a file. */
    String written() {
      return packed(text);
    }
  }

  private final Planted planted;
  private final Random random;

  BrokenSources(Planted planted, Random random) {
    this.planted = planted;
    this.random = random;
  }

  /** One or more of each format that can hold a secret. */
  List<Source> all() throws IOException {
    String all;
    try (InputStream in =
        Objects.requireNonNull(BrokenSources.class.getResourceAsStream("secret-sources.txt"))) {
      all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Source> sources = new ArrayList<>();
    for (String each : all.substring("=== ".length()).split("\n=== ", -1)) {
      String format = each.substring(0, each.indexOf('\n'));
      if (ImportFormats.named(format).isEmpty()) {
        throw new IllegalArgumentException(format);
      }
      List<String> secrets = new ArrayList<>();
      Matcher place = PLACE.matcher(each.substring(each.indexOf('\n') + 1));
      StringBuilder text = new StringBuilder();
      while (place.find()) {
        String secret = planted.secret(place.group(1));
        secrets.add(secret);
        place.appendReplacement(text, Matcher.quoteReplacement(secret));
      }
      place.appendTail(text);
      String whole = text.toString().replace("CERTIFICATE\n", planted.certificate());
      sources.add(new Source(format, whole, secrets));
    }
    return sources;
  }

  private static String packed(String text) {
    return PACKED
        .matcher(text)
        .replaceAll(inner ->
            Base64.getEncoder().encodeToString(inner.group(1).getBytes(StandardCharsets.UTF_8)));
  }

  /** The source after one to three mishaps, inside of what is packed or outside. */
  String broken(Source source) {
    String text = source.text();
    int mishaps = 1 + random.nextInt(3);
    for (int i = 0; i < mishaps; i++) {
      text = mishap(text, source);
    }
    String written = packed(text).replaceAll("[⟦⟧]", "");
    return random.nextInt(4) == 0 ? mishap(written, source) : written;
  }

  private String mishap(String text, Source source) {
    if (text.isEmpty()) {
      return text;
    }
    String secret = source.secrets().get(random.nextInt(source.secrets().size()));
    int at = place(text, secret);
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    String before = text.substring(0, at);
    String after = text.substring(at);
    return switch (random.nextInt(13)) {
      case 0 -> before;
      case 1 -> before + text.substring(end);
      case 2, 3, 4 -> before + odd(source) + after;
      case 5 -> before + (char) random.nextInt(256) + after.substring(Math.min(1, after.length()));
      case 6 -> lines(text, line -> line + "\n" + line);
      case 7 -> lines(text, line -> "");
      case 8 -> text.substring(0, end) + text.substring(at); // Some of it is there twice.
      case 9 -> before + after.replaceFirst("[\\n\"',;:={}\\[\\]<>]", "");
      case 10 -> words(text, source, secret);
      case 11 -> isNamed(text, at) ? before : before + secret + odd(source) + after;
      default -> text.replace(secret, secret.repeat(1 + random.nextInt(60)));
    };
  }

  /** A # in a link begins its name, whatever was meant by it. */
  private char odd(Source source) {
    char odd = ODD.charAt(random.nextInt(ODD.length()));
    return odd == '#' && source.text().contains("://") ? '?' : odd;
  }

  private static boolean isNamed(String text, int at) {
    return WORD.matcher(text)
        .results()
        .anyMatch(word ->
            word.start() <= at && at <= word.end() && NAMED.matcher(word.group()).matches());
  }

  /** Mostly where a secret is, or right beside it. */
  private int place(String text, String secret) {
    int found = random.nextInt(4) == 0 ? -1 : text.indexOf(secret);
    int at =
        found < 0
            ? random.nextInt(text.length() + 1)
            : found - 3 + random.nextInt(secret.length() + 6);
    return Math.clamp(at, 0, text.length());
  }

  private String lines(String text, UnaryOperator<String> change) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int which = random.nextInt(lines.size());
    lines.set(which, change.apply(lines.get(which)));
    return String.join("\n", lines);
  }

  /** A secret takes the place of a word that is no name, or that word the place of the secret. */
  private String words(String text, Source source, String secret) {
    List<MatchResult> words =
        WORD.matcher(text)
            .results()
            .filter(word -> !NAMED.matcher(word.group()).matches())
            .filter(word -> source.secrets().stream().noneMatch(s -> s.contains(word.group())))
            .toList();
    if (words.isEmpty()) {
      return text;
    }
    MatchResult word = words.get(random.nextInt(words.size()));
    String with = text.substring(0, word.start()) + secret + text.substring(word.end());
    int other = random.nextBoolean() ? with.indexOf(secret) : -1;
    return other < 0 || other == word.start()
        ? with
        : with.substring(0, other) + word.group() + with.substring(other + secret.length());
  }
}
