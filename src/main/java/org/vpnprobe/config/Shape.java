package org.vpnprobe.config;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a value in the file has to look like. Made from record components by {@link Shapes}; read by
 * {@link Binder} and by {@link ConfigSchema}, so that the two cannot disagree.
 */
sealed interface Shape {
  /** What to say is expected: {@code a number}. */
  String expected();

  record Text() implements Shape {
    @Override
    public String expected() {
      return "a text";
    }
  }

  /** Binds to {@link Name}. */
  record Label() implements Shape {
    @Override
    public String expected() {
      return "a name";
    }
  }

  /** A text that must not be shown. */
  record Hidden() implements Shape {
    @Override
    public String expected() {
      return "a secret such as ${env:NAME} or ${file:path}";
    }
  }

  /**
   * @param wide 64 bits instead of 32
   */
  record Whole(boolean wide) implements Shape {
    @Override
    public String expected() {
      return "a whole number";
    }
  }

  record Fraction() implements Shape {
    @Override
    public String expected() {
      return "a number";
    }
  }

  record Flag() implements Shape {
    @Override
    public String expected() {
      return "true or false";
    }
  }

  record Time() implements Shape {
    @Override
    public String expected() {
      return "a duration such as 300ms, 5s, 2m or 1h";
    }
  }

  record Day() implements Shape {
    @Override
    public String expected() {
      return "a date such as 2027-02-01";
    }
  }

  record IpAddress() implements Shape {
    @Override
    public String expected() {
      return "an IP address";
    }
  }

  record Choice(List<? extends Enum<?>> constants) implements Shape {
    List<String> words() {
      return constants.stream().map(Shapes::word).toList();
    }

    @Override
    public String expected() {
      return Problems.oneOf(words());
    }
  }

  /**
   * A value type that reads itself from a text.
   *
   * @param factory takes the text, throws InvalidSetting
   */
  record Parsed(Class<?> type, MethodHandle factory) implements Shape {
    @Override
    public String expected() {
      return type == org.vpnprobe.model.HostPort.class ? "host:port" : "a text";
    }
  }

  record Items(Shape item) implements Shape {
    @Override
    public String expected() {
      return item instanceof Keys keys && keys.text() == null
          ? "a list of entries, each " + keys.expected()
          : "a list such as [a, b]";
    }
  }

  /** A mapping from names that the user chooses; binds to a list of {@link Named}. */
  record Names(Shape value) implements Shape {
    @Override
    public String expected() {
      return "a mapping from names";
    }
  }

  /** Binds to {@link Located}. */
  record Placed(Shape value) implements Shape {
    @Override
    public String expected() {
      return value.expected();
    }
  }

  /** Whatever stands there; read later. */
  record Raw() implements Shape {
    @Override
    public String expected() {
      return "a mapping";
    }
  }

  /** One expectation, or one for each carrier; binds to {@link Expected}. */
  record Expects(Choice word) implements Shape {
    @Override
    public String expected() {
      return word.expected() + ", or a mapping from carriers (* for the others) to these";
    }
  }

  /**
   * A record.
   *
   * @param constructor takes the components in order
   * @param text reads it from a text instead, null when it cannot be one
   */
  record Keys(Class<?> type, List<Key> keys, MethodHandle constructor, @Nullable Parsed text)
      implements Shape {
    List<String> names() {
      return keys.stream().map(Key::name).toList();
    }

    @Override
    public String expected() {
      return "a mapping with "
          + keys.stream().map(Key::name).limit(12).collect(Collectors.joining(", "));
    }
  }

  /**
   * One component of a record.
   *
   * @param name in snake_case
   * @param description for editors, possibly empty
   */
  record Key(String name, Shape shape, boolean optional, String description) {}
}
