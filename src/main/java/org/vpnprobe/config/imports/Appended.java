package org.vpnprobe.config.imports;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Yaml;
import org.vpnprobe.config.YamlReader;
import org.vpnprobe.model.SourceMark;

/**
 * Adds items to the endpoints of a file as a person would: at the end of the list, with its
 * indentation. Everything else of the file stays byte for byte.
 */
final class Appended {
  private final String name;
  private final String text;
  private final String[] lines;

  private Appended(String name, String text) {
    this.name = name;
    this.text = text;
    this.lines = text.split("\n", -1);
  }

  /**
   * @return the whole file
   * @throws InvalidFile when the file is no mapping, or its list cannot be added to
   */
  static String to(String name, String text, List<Map<String, Object>> mappings)
      throws InvalidFile {
    if (text.isBlank()) {
      return "version: 1\nendpoints:\n" + YamlText.items(mappings, 2);
    }
    Yaml before = YamlReader.read(name, text);
    String after = new Appended(name, text).with(mappings);
    verify(before, YamlReader.read(name, after), mappings.size(), name);
    return after;
  }

  private String with(List<Map<String, Object>> mappings) throws InvalidFile {
    Optional<Node> root =
        new Compose(LoadSettings.builder().setLabel(name).build()).composeString(text);
    if (!(root.orElse(null) instanceof MappingNode top) || top.getFlowStyle() == FlowStyle.FLOW) {
      throw refused(1, "expected keys in lines of their own, such as “version: 1”");
    }
    // Other programs have versions and lists of endpoints, too.
    if (top.getValue().stream().noneMatch(Appended::isOurs)) {
      throw refused(1, "expected a probes.yaml with “version: 1”; this is another file");
    }
    for (NodeTuple entry : top.getValue()) {
      if (named(entry, "endpoints") && entry.getKeyNode() instanceof ScalarNode key) {
        return into(key, entry.getValueNode(), mappings);
      }
    }
    String end = text.endsWith("\n") ? "" : "\n";
    return text + end + "endpoints:\n" + YamlText.items(mappings, 2);
  }

  private static boolean isOurs(NodeTuple entry) {
    return named(entry, "version")
        && entry.getValueNode() instanceof ScalarNode version
        && version.getValue().equals("1");
  }

  private static boolean named(NodeTuple entry, String name) {
    return entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
  }

  private String into(ScalarNode key, Node value, List<Map<String, Object>> mappings)
      throws InvalidFile {
    int keyLine = line(key.getStartMark());
    if (!(value instanceof SequenceNode list)) {
      throw refused(keyLine + 1, "expected a list of endpoints");
    }
    if (list.getValue().isEmpty()) {
      String emptied = lines[keyLine].replaceFirst("\\[\\s*\\]", "").stripTrailing();
      String rest = join(keyLine + 1);
      return join(0, keyLine) + emptied + "\n" + YamlText.items(mappings, 2) + rest;
    }
    if (list.getFlowStyle() == FlowStyle.FLOW) {
      throw refused(
          keyLine + 1, "expected the endpoints in lines of their own (- name: …), not in brackets");
    }
    int dash = list.getStartMark().map(Mark::getColumn).orElse(2);
    int end = afterLast(list, dash);
    String before = join(0, end);
    String missing = before.endsWith("\n") ? "" : "\n";
    return before + missing + YamlText.items(mappings, dash) + join(end);
  }

  /** The first line behind the list: comments that stand further left belong to what follows. */
  private int afterLast(SequenceNode list, int dash) {
    Optional<Mark> mark = list.getEndMark();
    int end = mark.isEmpty() ? lines.length : line(mark);
    if (mark.isPresent() && mark.get().getColumn() > 0) {
      end++; // Ends within a line, which is its own: the file has no line break at its end.
    }
    end = Math.min(end, lines.length);
    while (end > 0) {
      String line = lines[end - 1].strip();
      int indent = lines[end - 1].length() - lines[end - 1].stripLeading().length();
      boolean foreign = line.startsWith("#") && indent <= dash;
      if (!line.isEmpty() && !foreign) {
        break;
      }
      end--;
    }
    return end;
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0);
  }

  private String join(int from, int to) {
    StringBuilder joined = new StringBuilder();
    for (int i = from; i < to; i++) {
      joined.append(lines[i]).append(i == lines.length - 1 ? "" : "\n");
    }
    return joined.toString();
  }

  private String join(int from) {
    return join(from, lines.length);
  }

  /** The file says what it said before, and has so many endpoints more. */
  private static void verify(Yaml before, Yaml after, int more, String name) throws InvalidFile {
    if (before instanceof Yaml.Mapping old && after instanceof Yaml.Mapping now) {
      boolean same = true;
      for (Yaml.Entry entry : now.entries()) {
        String key = entry.key().text();
        Yaml was = old.get(key);
        if (key.equals("endpoints")) {
          int had = was instanceof Yaml.Items items ? items.items().size() : 0;
          same &=
              entry.value() instanceof Yaml.Items items
                  && items.items().size() == had + more
                  && (!(was instanceof Yaml.Items w)
                      || same(w.items(), items.items().subList(0, had)));
        } else {
          same &= was != null && same(List.of(was), List.of(entry.value()));
        }
      }
      if (same && now.entries().size() >= old.entries().size()) {
        return;
      }
    }
    throw InvalidFile.at(
        new SourceMark(name, 1, 1), "endpoints", "expected the endpoints as the file's last list");
  }

  private static boolean same(List<? extends Yaml> one, List<? extends Yaml> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!same(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Yaml one, Yaml other) {
    return switch (one) {
      case Yaml.Scalar scalar ->
          other instanceof Yaml.Scalar s
              && s.text().equals(scalar.text())
              && s.plain() == scalar.plain();
      case Yaml.Items items -> other instanceof Yaml.Items o && same(items.items(), o.items());
      case Yaml.Mapping mapping ->
          other instanceof Yaml.Mapping o
              && mapping.entries().size() == o.entries().size()
              && mapping.entries().stream()
                  .allMatch(e -> {
                    Yaml value = o.get(e.key().text());
                    return value != null && same(e.value(), value);
                  });
    };
  }

  private InvalidFile refused(int line, String expected) {
    return InvalidFile.at(new SourceMark(name, line, 1), "endpoints", expected);
  }
}
