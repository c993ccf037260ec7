package org.vpnprobe.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.SourceMark;

/**
 * Turns YAML into values by their {@link Shape}. Whatever does not fit is added to the problems,
 * with its place; the rest is still read, so that all problems are found at once.
 */
final class Binder {
  /** Keys have none: it may be a password that stands where a key is expected. */
  private static final Pattern DIGIT = Pattern.compile("\\d");

  private static final Pattern QUOTED = Pattern.compile("“[^”]*”");

  private final Interpolation interpolation;
  private final Warnings warnings;

  Binder(Interpolation interpolation, Warnings warnings) {
    this.interpolation = interpolation;
    this.warnings = warnings;
  }

  /** Where a value stands: everything that reading it needs. */
  private record Place(String key, Problems problems) {}

  /**
   * Reads a record.
   *
   * @param key what the mapping is the value of, for messages
   * @param besides keys that are valid here but read elsewhere: offered as nearest names
   * @return null after a problem was added
   */
  <T> @Nullable T record(
      Yaml node, Shape.Keys shape, Class<T> type, String key, Set<String> besides, Problems into) {
    Object value = keys(node, shape, besides, new Place(key, into));
    return value == null ? null : type.cast(value);
  }

  /**
   * Reads a record without required components; what does not fit becomes null after a problem was
   * added, and of lists and mappings the fitting entries stay.
   */
  <T> @Nullable T partial(Yaml node, Shape.Keys shape, Class<T> type, String key, Problems into) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      // Not quoted: it is the whole file, and may be a subscription that was cut.
      into.add(node.at(), "", "expected " + shape.expected() + ", found " + node.kind());
      return null;
    }
    Place place = new Place(key, into);
    @Nullable Object[] values = values(mapping, shape, Set.of(), place);
    Object value = made(mapping, shape, values, place);
    return value == null ? null : type.cast(value);
  }

  private @Nullable Object bind(Yaml node, Shape shape, Place place) {
    return switch (shape) {
      case Shape.Placed placed -> {
        Object value = bind(node, placed.value(), place);
        String written = node instanceof Yaml.Scalar scalar ? scalar.text() : place.key;
        yield value == null ? null : new Located<>(node.at(), value, written);
      }
      case Shape.Raw raw -> node;
      case Shape.Label label -> name(node, label, place);
      case Shape.Items items -> items(node, items, place);
      case Shape.Names names -> names(node, names, place);
      case Shape.Keys keys ->
          node instanceof Yaml.Scalar scalar && keys.text() != null && !scalar.isNothing()
              ? scalar(scalar, keys.text(), place)
              : keys(node, keys, Set.of(), place);
      case Shape.Expects expects -> expects(node, expects, place);
      default -> {
        if (node instanceof Yaml.Scalar scalar) {
          yield scalar(scalar, shape, place);
        }
        wrong(node, shape.expected(), place);
        yield null;
      }
    };
  }

  private static @Nullable Name name(Yaml node, Shape.Label shape, Place place) {
    if (!(node instanceof Yaml.Scalar scalar) || scalar.isNothing()) {
      wrong(node, shape.expected(), place);
      return null;
    }
    if (scalar.text().contains("${")) {
      place.problems.add(
          node.at(), place.key, "names are shown in every report; expected one without ${…}");
      return null;
    }
    return new Name(node.at(), scalar.text());
  }

  private @Nullable Object items(Yaml node, Shape.Items shape, Place place) {
    if (!(node instanceof Yaml.Items several)) {
      wrong(node, shape.expected(), place);
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (Yaml item : several.items()) {
      Object value = bind(item, shape.item(), place);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  private @Nullable Object names(Yaml node, Shape.Names shape, Place place) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      wrong(node, shape.expected(), place);
      return null;
    }
    duplicates(mapping, place.problems);
    List<Named<Object>> values = new ArrayList<>();
    for (Yaml.Entry entry : mapping.entries()) {
      Object value =
          bind(entry.value(), shape.value(), new Place(entry.key().text(), place.problems));
      if (value != null) {
        values.add(new Named<>(entry.key().at(), entry.key().text(), value));
      }
    }
    return List.copyOf(values);
  }

  private @Nullable Object expects(Yaml node, Shape.Expects shape, Place place) {
    Object value =
        node instanceof Yaml.Scalar scalar
            ? scalar(scalar, shape.word(), place)
            : names(node, new Shape.Names(shape.word()), place);
    if (value instanceof Expectation word) {
      return new Expected(List.of(new Named<>(node.at(), Expected.OTHERS, word)));
    }
    if (!(value instanceof List<?> entries)) {
      return null;
    }
    List<Named<Expectation>> named = new ArrayList<>();
    for (Object entry : entries) {
      if (entry instanceof Named<?>(SourceMark at, String name, Expectation word)) {
        named.add(new Named<>(at, name, word));
      }
    }
    return new Expected(List.copyOf(named));
  }

  private @Nullable Object keys(Yaml node, Shape.Keys shape, Set<String> besides, Place place) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      wrong(node, shape.expected(), place);
      return null;
    }
    int before = place.problems.size();
    @Nullable Object[] values = values(mapping, shape, besides, place);
    return place.problems.size() > before ? null : made(mapping, shape, values, place);
  }

  private @Nullable Object[] values(
      Yaml.Mapping mapping, Shape.Keys shape, Set<String> besides, Place place) {
    duplicates(mapping, place.problems);
    unknown(mapping, shape.names(), besides, place.problems);
    @Nullable Object[] values = new @Nullable Object[shape.keys().size()];
    for (int i = 0; i < values.length; i++) {
      Shape.Key key = shape.keys().get(i);
      Yaml value = mapping.get(key.name());
      Yaml.Scalar written = mapping.key(key.name());
      if (value == null || written == null) {
        if (!key.optional()) {
          place.problems.add(
              mapping.at(),
              key.name(),
              "this key is missing; expected "
                  + key.shape().expected()
                  + meant(mapping, shape, key.name(), besides));
        }
      } else if (!(value instanceof Yaml.Scalar scalar && scalar.isNothing())) {
        values[i] = bind(value, key.shape(), new Place(key.name(), place.problems));
      } else if (!key.optional()) {
        place.problems.add(
            written.at(), key.name(), "this key has no value; expected " + key.shape().expected());
      }
    }
    return values;
  }

  /** A key that was let pass, since others may know it, and is nearly the missing one. */
  private static String meant(
      Yaml.Mapping mapping, Shape.Keys shape, String missing, Set<String> besides) {
    return mapping.entries().stream()
        .map(entry -> entry.key().text())
        .filter(written -> besides.contains(written) && !shape.names().contains(written))
        .filter(written -> Nearest.to(written, List.of(missing)) != null)
        .findFirst()
        .map(written -> "; is “" + Shown.key(written) + "” meant to be it?")
        .orElse("");
  }

  private @Nullable Object made(
      Yaml.Mapping mapping, Shape.Keys shape, @Nullable Object[] values, Place place) {
    try {
      return shape.constructor().invokeWithArguments(values);
    } catch (InvalidSetting e) {
      refuse(mapping, shape, e, place);
    } catch (Throwable e) {
      refuse(mapping, shape, Scalars.unexpected(e), place);
    }
    return null;
  }

  /** Places what a record says about one of its keys, or about several together. */
  private static void refuse(
      Yaml.Mapping mapping, Shape.Keys shape, InvalidSetting e, Place place) {
    Yaml.Scalar key = mapping.key(e.key());
    Yaml value = mapping.get(e.key());
    boolean hidden =
        Shown.hides(e.key())
            || shape.keys().stream()
                .anyMatch(k -> k.name().equals(e.key()) && k.shape() instanceof Shape.Hidden);
    if (key == null) {
      String shown = e.key().isEmpty() ? place.key : e.key();
      place.problems.add(mapping.at(), shown, discreet(said(e)));
    } else if (!hidden
        && value instanceof Yaml.Scalar scalar
        && !scalar.isNothing()
        && !scalar.text().contains("${")) {
      place.problems.add(scalar.at(), scalar.text(), said(e));
    } else {
      place.problems.add(key.at(), e.key(), discreet(said(e)));
    }
  }

  private static void duplicates(Yaml.Mapping mapping, Problems problems) {
    for (Yaml.Scalar key : mapping.duplicates()) {
      problems.add(key.at(), Shown.key(key.text()), "this key stands here twice");
    }
  }

  private static void unknown(
      Yaml.Mapping mapping, List<String> known, Set<String> besides, Problems problems) {
    for (Yaml.Entry entry : mapping.entries()) {
      Yaml.Scalar key = entry.key();
      if (known.contains(key.text()) || besides.contains(key.text())) {
        continue;
      }
      Collection<String> all = new TreeSet<>(known);
      all.addAll(besides);
      boolean alone = entry.value() instanceof Yaml.Scalar value && value.isNothing();
      if (alone && Nearest.to(key.text(), all) == null) {
        // {password: one,two}: what follows the comma looks like a key, and is half a password.
        problems.add(
            key.at(), "…", "unknown key without a value; a text with a comma goes in quotes");
      } else {
        boolean near = Nearest.to(key.text(), all) != null;
        String shown = near || !DIGIT.matcher(key.text()).find() ? Shown.key(key.text()) : "…";
        problems.unknown(key.at(), shown, "unknown key", all);
      }
    }
  }

  private @Nullable Object scalar(Yaml.Scalar scalar, Shape shape, Place place) {
    if (scalar.isNothing() && !(shape instanceof Shape.Text && !scalar.plain())) {
      place.problems.add(scalar.at(), place.key, "there is no value; expected " + shape.expected());
      return null;
    }
    Interpolation.Filled filled = interpolation.fill(scalar, place.problems);
    if (filled == null) {
      return null;
    }
    if (shape instanceof Shape.Hidden) {
      warnings.secret(scalar, filled.foreign(), place.key, interpolation);
    }
    boolean hidden = filled.foreign() || shape instanceof Shape.Hidden || Shown.hides(place.key);
    try {
      Object value = Scalars.value(filled.text(), shape);
      if (value != null) {
        return value;
      }
      if (shape instanceof Shape.Choice choice && !hidden) {
        place.problems.unknown(
            scalar.at(), scalar.text(), "expected " + choice.expected(), choice.words());
      } else {
        place.problems.add(
            scalar.at(), hidden ? place.key : scalar.text(), "expected " + shape.expected());
      }
    } catch (InvalidSetting e) {
      place.problems.add(
          scalar.at(), hidden ? place.key : scalar.text(), hidden ? discreet(said(e)) : said(e));
    }
    return null;
  }

  private static void wrong(Yaml node, String expected, Place place) {
    boolean showable =
        node instanceof Yaml.Scalar scalar
            && !scalar.isNothing()
            && !Shown.hides(place.key)
            && !scalar.text().contains("${");
    String offending = showable && node instanceof Yaml.Scalar scalar ? scalar.text() : place.key;
    place.problems.add(node.at(), offending, "expected " + expected + ", found " + node.kind());
  }

  private static String said(InvalidSetting e) {
    return String.valueOf(e.getMessage());
  }

  /** A message about a value that must not be shown: without what it quotes. */
  private static String discreet(String said) {
    return QUOTED.matcher(said).replaceAll("“…”").replaceAll("port \\d+", "port");
  }
}
