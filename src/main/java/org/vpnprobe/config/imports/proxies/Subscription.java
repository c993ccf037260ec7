package org.vpnprobe.config.imports.proxies;

import java.util.Optional;
import java.util.regex.Pattern;
import org.vpnprobe.config.ForeignFiles.Unreadable;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.ImportFormats;
import org.vpnprobe.config.imports.Source;

/** The body of a subscription: base64 of links, or of any other format. */
public final class Subscription implements ImportFormat {
  private static final Pattern ALPHABET = Pattern.compile("[A-Za-z0-9+/_\\s-]+={0,2}\\s*");

  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f&&[^\\n\\r\\t\\f]]");

  /** Words may look like base64; no format has less. */
  private static final int SHORTEST = 16;

  @Override
  public String name() {
    return "subscription";
  }

  @Override
  public String summary() {
    return "base64 of share links or of another format";
  }

  @Override
  public boolean recognizes(Source source) {
    return inside(source).filter(text -> isSomething(text)).isPresent();
  }

  private static boolean isSomething(String text) {
    try {
      return ImportFormats.recognize(Source.of("subscription", text)).isPresent();
    } catch (Unreadable e) {
      return false;
    }
  }

  @Override
  public void read(Source source, Account account) {
    account.cover(source.whole());
    Optional<String> text = inside(source);
    if (text.isEmpty()) {
      account.reject(source.whole(), "", "expected base64 of share links");
      return;
    }
    try {
      account.nested(source.whole(), Source.of("subscription", text.get()), null);
    } catch (Unreadable e) {
      account.reject(source.whole(), "", String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> inside(Source source) {
    return source
        .text()
        .filter(text -> text.length() >= SHORTEST && isAlphabet(text))
        .flatMap(Base64Text::decode)
        .map(Subscription::printable);
  }

  /** One odd byte in a name would else make all of it no text. */
  private static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("\ufffd");
  }

  /** Quick, and without a stack as deep as the text is long. */
  private static boolean isAlphabet(String text) {
    int shown = Math.min(text.length(), 200);
    return ALPHABET.matcher(text.substring(0, shown)).matches()
        && text.chars().allMatch(c -> c < 0x80 && c != ':' && c != '{' && c != '[');
  }
}
