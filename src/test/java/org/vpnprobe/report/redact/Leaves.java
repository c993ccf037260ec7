package org.vpnprobe.report.redact;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** All that stands in records, by their own components: texts, and everything else. */
record Leaves(List<String> texts, List<Object> others) {
  static Leaves of(Object... roots) {
    Leaves leaves = new Leaves(new ArrayList<>(), new ArrayList<>());
    for (Object root : roots) {
      leaves.add(root);
    }
    return leaves;
  }

  private void add(Object value) {
    switch (value) {
      case null -> others.add("null");
      case String text -> texts.add(text);
      case Collection<?> all -> all.forEach(this::add);
      case Map<?, ?> map ->
          map.forEach((key, each) -> {
            add(key);
            add(each);
          });
      case Record record -> {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          try {
            component.getAccessor().setAccessible(true);
            add(component.getAccessor().invoke(record));
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
          }
        }
      }
      default -> others.add(value);
    }
  }
}
