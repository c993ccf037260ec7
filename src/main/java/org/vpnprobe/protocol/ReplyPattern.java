package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;

/** What a reply has to begin with. */
abstract class ReplyPattern {
  /** More may still make it fit. */
  static final int MORE = 0;

  /** It will never fit. */
  static final int NEVER = -1;

  /** What a pattern may look at; a server's first words are shorter. */
  static final int WINDOW = 2048;

  /**
   * Looks at the beginning of what came.
   *
   * @return how many bytes fit, {@link #MORE} or {@link #NEVER}
   * @throws StepFailed {@code config_error} for a regular expression that takes too long
   */
  abstract int fits(byte[] came) throws StepFailed;

  /** Exactly these bytes. */
  static ReplyPattern text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes(bytes, new boolean[bytes.length]);
  }

  /** Bytes in hexadecimal, blanks allowed, {@code ??} for any one. */
  static ReplyPattern hex(String key, String text) {
    String digits = text.replaceAll("\\s", "");
    if (!digits.matches("([0-9a-fA-F]{2}|\\?\\?)+")) {
      throw new InvalidSetting(key, "expected pairs of hexadecimal digits, or ?? for any byte");
    }
    byte[] bytes = new byte[digits.length() / 2];
    boolean[] any = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      String pair = digits.substring(2 * i, 2 * i + 2);
      any[i] = pair.equals("??");
      bytes[i] = any[i] ? 0 : (byte) Integer.parseInt(pair, 16);
    }
    return bytes(bytes, any);
  }

  private static ReplyPattern bytes(byte[] wanted, boolean[] any) {
    return new ReplyPattern() {
      @Override
      int fits(byte[] came) {
        for (int i = 0; i < wanted.length; i++) {
          if (i == came.length) {
            return MORE;
          }
          if (!any[i] && came[i] != wanted[i]) {
            return NEVER;
          }
        }
        return wanted.length;
      }
    };
  }

  /** A regular expression over bytes as characters (ISO 8859-1); a dot is any byte. */
  static ReplyPattern regex(String key, String text) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(text, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new InvalidSetting(key, "expected a regular expression: " + e.getDescription());
    }
    if (text.length() > 256 || matchesNothing(pattern)) {
      throw new InvalidSetting(key, "expected one of at most 256 letters that wants some bytes");
    }
    return new ReplyPattern() {
      @Override
      int fits(byte[] came) throws StepFailed {
        Matcher matcher = pattern.matcher(new Metered(came));
        try {
          if (matcher.lookingAt() && matcher.end() > 0) {
            return matcher.end();
          }
          return matcher.hitEnd() && came.length < WINDOW ? MORE : NEVER;
        } catch (TooLong | StackOverflowError e) {
          throw new StepFailed(
              FailureKind.CONFIG_ERROR, key + " takes too long on what the server sent");
        }
      }
    };
  }

  private static boolean matchesNothing(Pattern pattern) {
    return pattern.matcher("").matches();
  }

  /** A text that ends a search which goes back and forth too often. */
  private static final class Metered implements CharSequence {
    /** Some 20 ms; a search without backtracking looks at each letter a few times. */
    private static final int MOST_LOOKS = 2_000_000;

    private final String text;
    private final int[] looks;

    Metered(byte[] came) {
      this(new String(came, StandardCharsets.ISO_8859_1), new int[1]);
    }

    private Metered(String text, int[] looks) {
      this.text = text;
      this.looks = looks;
    }

    @Override
    public char charAt(int index) {
      if (++looks[0] > MOST_LOOKS) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Metered(text.substring(start, end), looks);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLong() {
      super("too many looks", null, false, false);
    }
  }
}
