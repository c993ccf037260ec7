package org.vpnprobe.report.redact;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes records anew with every text in them changed. It goes by the records' own components, so
 * that a new one cannot be forgotten; of a type it does not know it makes nothing.
 */
final class Records {
  private final Change change;
  private final Map<Class<?>, Form> forms = new HashMap<>();

  Records(Change change) {
    this.change = change;
  }

  /** What becomes of what is no record. */
  interface Change {
    /**
     * @param owner the record that the text belongs to
     * @param place {@code Record.component}, also for texts in its lists and maps
     */
    String text(String text, Record owner, String place);

    /** Anything that is neither text, number, time, constant, record nor collection of such. */
    Object other(Object value, String place);
  }

  /**
   * @param places how each component is called
   * @param fixed those whose types hold no text
   */
  private record Form(
      Method[] accessors, String[] places, boolean[] fixed, Constructor<?> constructor) {}

  /** The record with its texts changed; the same object when nothing changes. */
  <R extends Record> R of(R record) {
    Form form = forms.computeIfAbsent(record.getClass(), Records::form);
    @Nullable Object[] values = new @Nullable Object[form.accessors.length];
    try {
      boolean same = true;
      for (int i = 0; i < values.length; i++) {
        if (!form.fixed[i]) {
          Object before = form.accessors[i].invoke(record);
          values[i] = value(before, record, form.places[i]);
          same &= values[i] == before;
        }
      }
      if (same) {
        return record;
      }
      for (int i = 0; i < values.length; i++) {
        values[i] = form.fixed[i] ? form.accessors[i].invoke(record) : values[i];
      }
      @SuppressWarnings("unchecked")
      R made = (R) form.constructor.newInstance(values);
      return made;
    } catch (ReflectiveOperationException e) {
      if (e instanceof InvocationTargetException target
          && target.getCause() instanceof RuntimeException own) {
        throw own;
      }
      throw new IllegalStateException("every record can be read and made", e);
    }
  }

  private @Nullable Object value(@Nullable Object value, Record owner, String place) {
    return switch (value) {
      case null -> null;
      case String text -> change.text(text, owner, place);
      case Number number -> number;
      case Boolean flag -> flag;
      case Enum<?> constant -> constant;
      case Temporal time -> time;
      case TemporalAmount time -> time;
      case Record record -> of(record);
      case Optional<?> maybe -> maybe.map(inner -> value(inner, owner, place));
      case List<?> list -> {
        List<?> changed = list.stream().map(each -> value(each, owner, place)).toList();
        yield isSame(list, changed) ? list : changed;
      }
      case Set<?> set -> {
        Set<@Nullable Object> changed = new LinkedHashSet<>();
        set.forEach(each -> changed.add(value(each, owner, place)));
        yield isSame(set, changed) ? set : Collections.unmodifiableSet(changed);
      }
      case Map<?, ?> map -> {
        Map<@Nullable Object, @Nullable Object> changed = new LinkedHashMap<>();
        map.forEach(
            (key, each) -> changed.put(value(key, owner, place), value(each, owner, place)));
        yield isSame(map.keySet(), changed.keySet()) && isSame(map.values(), changed.values())
            ? map
            : Collections.unmodifiableMap(changed);
      }
      default -> change.other(value, place);
    };
  }

  /** Nothing in it became another object. */
  private static boolean isSame(Collection<?> before, Collection<?> after) {
    Iterator<?> one = before.iterator();
    Iterator<?> other = after.iterator();
    while (one.hasNext() && other.hasNext()) {
      if (one.next() != other.next()) {
        return false;
      }
    }
    return before.size() == after.size();
  }

  /** Of a type like this nothing is changed. */
  private static boolean isFixed(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || type == Boolean.class
        || Number.class.isAssignableFrom(type)
        || Temporal.class.isAssignableFrom(type)
        || TemporalAmount.class.isAssignableFrom(type);
  }

  private static Form form(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      Method[] accessors = new Method[components.length];
      String[] places = new String[components.length];
      boolean[] fixed = new boolean[components.length];
      for (int i = 0; i < components.length; i++) {
        accessors[i] = components[i].getAccessor();
        accessors[i].setAccessible(true);
        places[i] = type.getSimpleName() + "." + components[i].getName();
        fixed[i] = isFixed(types[i]);
      }
      return new Form(accessors, places, fixed, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has this constructor", e);
    }
  }
}
