package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.FirstEndpoint;
import org.vpnprobe.config.FirstFile;
import org.vpnprobe.net.HostLine;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;

/** What {@code init} was told, by flags or at the terminal, and the file it makes of that. */
final class FirstAnswers {
  private static final String SOCKS = "socks5://";

  private final Path folder;
  private final KeyFiles keys;
  private final List<HostLine> lines;
  private final Map<String, String> carriers = new LinkedHashMap<>();
  private final Map<String, String> controls = new LinkedHashMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private @Nullable Protocol<?> protocol;
  private String name = "";
  private String address = "";

  /**
   * @param folder where the file will be
   * @param lines the interfaces of this host
   */
  FirstAnswers(Path folder, KeyFiles keys, List<HostLine> lines) {
    this.folder = folder;
    this.keys = keys;
    this.lines = List.copyOf(lines);
  }

  /** Interfaces that could be carriers' lines. */
  List<HostLine> candidates() {
    return lines.stream().filter(HostLine::couldBeACarrier).toList();
  }

  /** What is said of those that could not. */
  List<String> notTaken() {
    return lines.stream()
        .filter(line -> !line.couldBeACarrier())
        .map(line -> line.name() + " (" + line.kind().words() + ")")
        .toList();
  }

  /** Without a word of the user's: each line that could be a carrier's, or this host's routing. */
  void proposeCarriers() {
    List<HostLine> found = candidates();
    if (found.size() > 1) {
      found.forEach(line -> carriers.put(line.name(), line.name()));
    } else {
      carriers.put("this-network", "direct");
    }
  }

  boolean hasCarriers() {
    return !carriers.isEmpty();
  }

  void carrier(String carrier, String via) {
    carriers.put(carrier, via);
  }

  void control(String control, String via) {
    controls.put(control, via);
  }

  /** Takes {@code NAME=VIA} apart. */
  static Map.Entry<String, String> pair(String option, String text) {
    int at = text.indexOf('=');
    if (at < 1 || at == text.length() - 1) {
      throw new Refused(option + ": expected NAME=VALUE, got “" + text.split("=", 2)[0] + "”");
    }
    return Map.entry(text.substring(0, at), text.substring(at + 1));
  }

  Protocol<?> protocol(String word) {
    protocol =
        Protocols.named(word)
            .orElseThrow(() -> new Refused(Unknown.word("--protocol", word, Protocols.names())));
    return protocol;
  }

  /** Takes the address, and a name from it when there is none yet. */
  void address(String text, @Nullable String called) {
    address = text;
    String host = text.replaceAll("^\\[|\\]?(:\\d*)?$", "");
    String label = host.matches("[0-9.]+|.*:.*") ? host : host.split("\\.", 2)[0];
    String own = label.replaceAll("[^A-Za-z0-9._+-]", "-");
    name = called == null ? (own.isEmpty() ? "first" : own) : called;
  }

  String name() {
    return name;
  }

  void clearSettings() {
    settings.clear();
  }

  /** What the protocol cannot be without and was not given. */
  List<FirstEndpoint.Asked> missing() {
    return FirstEndpoint.asked(Objects.requireNonNull(protocol)).stream()
        .filter(each -> each.required() && !settings.containsKey(each.key()))
        .toList();
  }

  /**
   * Takes a setting: a reference as it is, the path of a file as a reference to it, a secret into a
   * file of its own, all else as it is.
   *
   * @throws Refused for a path at which there is no file
   */
  void set(String key, String value) throws IOException {
    FirstEndpoint.Asked asked =
        FirstEndpoint.asked(Objects.requireNonNull(protocol)).stream()
            .filter(each -> each.key().equals(key))
            .findFirst()
            .orElse(new FirstEndpoint.Asked(key, false, false, false, "", ""));
    settings.put(key, written(asked, value));
  }

  private String written(FirstEndpoint.Asked asked, String value) throws IOException {
    if (value.startsWith("${")) {
      return value;
    }
    if (asked.file() || asked.secret()) {
      Path file = file(value);
      if (file != null) {
        return "${file:" + fromFolder(file) + "}";
      }
    }
    if (asked.secret()) {
      return keys.keep(name + "." + asked.key(), value);
    }
    if (asked.file()) {
      throw new Refused(asked.key() + ": " + value + ": no such file; expected the path of one");
    }
    return value;
  }

  private static @Nullable Path file(String text) {
    try {
      Path path = Path.of(text);
      return Files.isRegularFile(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private String fromFolder(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    Path base = folder.toAbsolutePath().normalize();
    return (whole.startsWith(base) ? base.relativize(whole) : whole).toString();
  }

  /** The file. */
  FirstFile file() throws IOException {
    return new FirstFile(
        places(carriers),
        places(controls),
        notTaken(),
        new FirstEndpoint(Objects.requireNonNull(protocol), name, address, settings));
  }

  private List<FirstFile.Place> places(Map<String, String> vias) throws IOException {
    List<FirstFile.Place> places = new ArrayList<>();
    for (Map.Entry<String, String> each : vias.entrySet()) {
      places.add(
          new FirstFile.Place(
              FirstFile.scalar(each.getKey()),
              via(each.getKey(), each.getValue()),
              comment(each.getValue())));
    }
    return places;
  }

  /** {@code direct}, a proxy, an interface of this host or a source address. */
  private String via(String place, String text) throws IOException {
    if (text.equals("direct") || text.matches("(?s)\\{.*}")) {
      return text;
    }
    if (text.startsWith(SOCKS)) {
      return "{proxy: " + FirstFile.scalar(withoutPassword(place, text)) + "}";
    }
    for (HostLine line : lines) {
      if (line.name().equals(text)) {
        return HostLine.canBeBound() || line.addresses().isEmpty()
            ? "{interface: " + FirstFile.scalar(text) + "}"
            : "{source: " + FirstFile.scalar(line.addresses().getFirst().getHostAddress()) + "}";
      }
    }
    if (text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return "{source: " + FirstFile.scalar(text) + "}";
    }
    String known = lines.stream().map(HostLine::name).collect(Collectors.joining(", "));
    throw new Refused(
        place
            + ": “"
            + (text.contains("@") ? "…" + text.substring(text.lastIndexOf('@')) : text)
            + "” is no line of this host; expected direct, "
            + (known.isEmpty() ? "" : "an interface (" + known + "), ")
            + "a source address, or socks5://host:port");
  }

  /** A password in a proxy's address goes into a file, too. */
  private String withoutPassword(String place, String proxy) throws IOException {
    int at = proxy.lastIndexOf('@');
    int colon = at < 0 ? -1 : proxy.indexOf(':', SOCKS.length());
    if (colon < 0 || colon > at || proxy.startsWith("${", colon + 1)) {
      return proxy;
    }
    String kept = keys.keep(place + ".proxy", proxy.substring(colon + 1, at));
    return proxy.substring(0, colon + 1) + kept + proxy.substring(at);
  }

  private String comment(String via) {
    return lines.stream()
        .filter(line -> line.name().equals(via))
        .map(line -> line.kind().words() + (line.pointToPoint() ? ", point to point" : ""))
        .findFirst()
        .orElse("");
  }
}
