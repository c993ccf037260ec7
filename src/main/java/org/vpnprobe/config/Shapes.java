package org.vpnprobe.config;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Secret;

/**
 * Reads the shape of the file out of record types: a component is a key in snake_case, a
 * {@code @Nullable} one is optional. Types it knows: String, int, long, double, boolean (and their
 * boxes), {@link Duration}, {@link LocalDate}, {@link InetAddress}, {@link Secret}, enums, lists,
 * records, and every type with a static {@code of(String)} or a constructor from one String.
 */
final class Shapes {
  private final Map<Class<?>, Shape> known = new HashMap<>();

  /** The shape of a record type. */
  Shape.Keys record(Class<?> type) {
    if (of(type) instanceof Shape.Keys keys) {
      return keys;
    }
    throw new IllegalArgumentException(type + " is not a record");
  }

  /** The shape of any type that a component may have. */
  Shape of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    if (!(type instanceof Class<?> plain)) {
      throw new IllegalArgumentException("cannot be bound from YAML: " + type);
    }
    Shape shape = known.get(plain);
    if (shape == null) {
      shape = plain(plain);
      known.put(plain, shape);
    }
    return shape;
  }

  private Shape generic(ParameterizedType type) {
    Type argument = type.getActualTypeArguments()[0];
    if (type.getRawType() == Located.class) {
      return new Shape.Placed(of(argument));
    }
    if (type.getRawType() == List.class) {
      return argument instanceof ParameterizedType item && item.getRawType() == Named.class
          ? new Shape.Names(of(item.getActualTypeArguments()[0]))
          : new Shape.Items(of(argument));
    }
    throw new IllegalArgumentException("cannot be bound from YAML: " + type);
  }

  private Shape plain(Class<?> type) {
    if (type == String.class) {
      return new Shape.Text();
    } else if (type == Secret.class) {
      return new Shape.Hidden();
    } else if (type == int.class || type == Integer.class) {
      return new Shape.Whole(false);
    } else if (type == long.class || type == Long.class) {
      return new Shape.Whole(true);
    } else if (type == double.class || type == Double.class) {
      return new Shape.Fraction();
    } else if (type == boolean.class || type == Boolean.class) {
      return new Shape.Flag();
    } else if (type == Duration.class) {
      return new Shape.Time();
    } else if (type == LocalDate.class) {
      return new Shape.Day();
    } else if (type == InetAddress.class) {
      return new Shape.IpAddress();
    } else if (type == Name.class) {
      return new Shape.Label();
    } else if (type == Yaml.class) {
      return new Shape.Raw();
    } else if (type == Expected.class) {
      return new Shape.Expects(choice(Expectation.class));
    } else if (type.isEnum()) {
      return choice(type);
    }
    Shape.Parsed text = parsed(type);
    if (type.isRecord() && !(text != null && type == org.vpnprobe.model.HostPort.class)) {
      return keys(type, text);
    }
    if (text == null) {
      throw new IllegalArgumentException("cannot be bound from YAML: " + type);
    }
    return text;
  }

  private static Shape.Choice choice(Class<?> type) {
    List<Enum<?>> constants = new ArrayList<>();
    for (Object constant : Objects.requireNonNull(type.getEnumConstants())) {
      constants.add((Enum<?>) constant);
    }
    return new Shape.Choice(List.copyOf(constants));
  }

  private Shape.Keys keys(Class<?> type, Shape.@Nullable Parsed text) {
    List<Shape.Key> keys = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      keys.add(
          new Shape.Key(
              key(component.getName()),
              of(component.getGenericType()),
              isNullable(component.getAnnotatedType()),
              description(component)));
      types.add(component.getType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      MethodHandle handle = MethodHandles.lookup().unreflectConstructor(constructor);
      return new Shape.Keys(type, List.copyOf(keys), handle, text);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("every record has this constructor", e);
    }
  }

  private static String description(RecordComponent component) {
    Description description = component.getAnnotation(Description.class);
    return description == null
        ? CommonKeys.meaning(component.getDeclaringRecord(), key(component.getName()))
        : description.value();
  }

  private static boolean isNullable(AnnotatedElement type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static Shape.@Nullable Parsed parsed(Class<?> type) {
    try {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals("of")
            && Modifier.isStatic(method.getModifiers())
            && method.getReturnType() == type
            && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class})) {
          method.setAccessible(true);
          return new Shape.Parsed(type, MethodHandles.lookup().unreflect(method));
        }
      }
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {String.class})) {
          constructor.setAccessible(true);
          return new Shape.Parsed(type, MethodHandles.lookup().unreflectConstructor(constructor));
        }
      }
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("made accessible just before", e);
    }
  }

  /**
   * {@code tlsCryptV2} is {@code tls_crypt_v2}; {@code verifyX509Name} is {@code verify_x509_name};
   * a trailing underscore keeps a component off a Java keyword.
   */
  static String key(String component) {
    String name =
        component.endsWith("_") ? component.substring(0, component.length() - 1) : component;
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The word of an enum constant. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
