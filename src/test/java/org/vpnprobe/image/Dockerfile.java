package org.vpnprobe.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * The instructions of a Dockerfile of one stage, as far as ours uses them; another one is an error.
 */
record Dockerfile(
    String base,
    List<Add> added,
    List<String> run,
    String workdir,
    String user,
    List<String> entrypoint,
    List<String> command) {
  /** A local archive, unpacked into a folder. */
  record Add(String source, String target) {}

  static Dockerfile read(Path file, String architecture) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("#")) {
        text.append(line).append('\n');
      }
    }
    Map<String, String> arguments = new HashMap<>();
    Map<String, String> last = new HashMap<>();
    List<Add> added = new ArrayList<>();
    List<String> run = new ArrayList<>();
    for (String line : text.toString().replace("\\\n", " ").split("\n")) {
      String[] words = line.strip().split("\\s+", 2);
      switch (words[0]) {
        case "" -> {}
        case "ARG" -> {
          String[] argument = words[1].split("=", 2);
          arguments.put(argument[0], argument[0].equals("TARGETARCH") ? architecture : argument[1]);
        }
        case "ADD" -> {
          String[] places = replaced(words[1], arguments).split("\\s+");
          added.add(new Add(places[0], places[1]));
        }
        case "RUN" -> run.add(words[1]);
        case "FROM", "ENV", "WORKDIR", "VOLUME", "USER", "ENTRYPOINT", "CMD" ->
            last.put(words[0], words[1]);
        default -> throw new AssertionError("what is “" + line + "”?");
      }
    }
    if (!"XDG_STATE_HOME=/var/lib".equals(last.get("ENV"))
        || !"/var/lib/vpnprobe".equals(last.get("VOLUME"))) {
      throw new AssertionError("runs are not kept in the volume: " + last);
    }
    return new Dockerfile(
        last.getOrDefault("FROM", ""),
        added,
        run,
        last.getOrDefault("WORKDIR", "/"),
        last.getOrDefault("USER", "root"),
        list(last.getOrDefault("ENTRYPOINT", "[]")),
        list(last.getOrDefault("CMD", "[]")));
  }

  private static String replaced(String text, Map<String, String> arguments) {
    String replaced = text;
    for (Map.Entry<String, String> argument : arguments.entrySet()) {
      replaced = replaced.replace("${" + argument.getKey() + "}", argument.getValue());
    }
    return replaced;
  }

  private static List<String> list(String json) {
    return List.of(new ObjectMapper().readValue(json, String[].class));
  }
}
