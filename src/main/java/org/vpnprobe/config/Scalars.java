package org.vpnprobe.config;

import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;

/** Turns texts into values by their {@link Shape}; every reference is filled in already. */
final class Scalars {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
  private static final Pattern FRACTION = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,18})?");

  /** What is said of a bug in a settings type. */
  static final String UNEXPECTED = "unexpected ";

  private Scalars() {}

  /** The value, null when the text does not fit. */
  static @Nullable Object value(String text, Shape shape) {
    return switch (shape) {
      case Shape.Text t -> text;
      case Shape.Hidden h -> Secret.of(text);
      case Shape.Whole whole -> whole(text, whole.wide());
      case Shape.Fraction f -> FRACTION.matcher(text).matches() ? Double.valueOf(text) : null;
      case Shape.Flag f ->
          text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
      case Shape.Time t -> time(text);
      case Shape.Day d -> day(text);
      case Shape.IpAddress a -> address(text);
      case Shape.Choice choice ->
          choice.constants().stream()
              .filter(c -> Shapes.word(c).equals(text))
              .findFirst()
              .orElse(null);
      case Shape.Parsed parsed -> parsed(text, parsed.factory());
      default -> throw new IllegalStateException("not a scalar: " + shape);
    };
  }

  private static @Nullable Number whole(String text, boolean wide) {
    if (!WHOLE.matcher(text).matches()) {
      return null;
    }
    long value = Long.parseLong(text);
    if (wide) {
      return value;
    }
    if (value != (int) value) {
      throw new InvalidSetting("", "expected a whole number from -2147483648 to 2147483647");
    }
    return (int) value;
  }

  private static @Nullable Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  private static @Nullable LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Object parsed(String text, MethodHandle factory) {
    try {
      return factory.invoke(text);
    } catch (InvalidSetting e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * A settings type broke the rule to throw nothing but InvalidSetting. That is a bug of ours, but
   * no reason to stop the other endpoints. The exception's own words may quote what is secret.
   */
  static InvalidSetting unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new InvalidSetting("", "cannot be used: " + UNEXPECTED + e.getClass().getSimpleName());
  }
}
