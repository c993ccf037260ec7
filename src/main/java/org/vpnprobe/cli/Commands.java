package org.vpnprobe.cli;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Gives each command what it talks through: constructor parameters by type. */
record Commands(Streams streams, Map<String, String> environment) implements IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      Class<?>[] parameters = constructor.getParameterTypes();
      if (parameters.length > 0
          && Arrays.stream(parameters).allMatch(p -> p == Streams.class || p == Map.class)) {
        Object[] arguments =
            Arrays.stream(parameters)
                .map(parameter -> parameter == Streams.class ? (Object) streams : environment)
                .toArray();
        return type.cast(constructor.newInstance(arguments));
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}
