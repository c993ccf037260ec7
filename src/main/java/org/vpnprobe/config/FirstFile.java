package org.vpnprobe.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A first probes.yaml with comments that teach. Made from answers, so that every line a newcomer
 * has to change stands where it belongs.
 *
 * @param carriers the lines under test; at least one
 * @param controls places believed free of interference, possibly none
 * @param notTaken sentences about interfaces that are no carriers
 */
public record FirstFile(
    List<Place> carriers, List<Place> controls, List<String> notTaken, FirstEndpoint endpoint) {

  private static final String HEAD =
      """
      # What to probe, from where, and what is expected. Written by “vpnprobe init”; yours to change.
      #
      #   vpnprobe check     says what this file would do, and sends nothing
      #   vpnprobe run       does it
      #   vpnprobe explain   tells the story behind a row of the report
      #
      # “vpnprobe protocols NAME” tells the settings of a protocol and shows an entry to copy.
      # Probe only your own servers, or those whose operator agreed.
      version: 1

      # How deep an answer has to prove: port, handshake, authenticated or tunnel.
      defaults: {depth: authenticated}

      # The networks under test, and how you stand in each. A name that “vpnprobe carriers” knows
      # brings its AS numbers along; any other word will do.
      carriers:
      """;

  private static final String CONTROLS =
      """

      # Controls: places where nothing is blocked. Only a server that answers there can be called
      # blocked here; without a control nobody is blamed.
      """;

  private static final String NO_CONTROL =
      """
      # With a server of your own abroad, “ssh -D 1080 probe@that-server” opens a door to it. Then:
      # controls:
      #   abroad: {via: {proxy: "socks5://127.0.0.1:1080"}}
      """;

  private static final String WITNESSES =
      """

      # Witnesses: other endpoints that answer on the same line while one fails. Two at other
      # addresses, with the same transport, are needed before anybody is blamed: add endpoints.
      # Those that answered serve by themselves; name them only when you know better:
      # witnesses: [a-name, another-name]
      # Anchors: endpoints that tell whether a line works at all:
      # anchors: [a-name]

      # The servers.
      endpoints:
      """;

  /** A rehearsal, as shipped. */
  private static final String REHEARSAL = "rehearsal.yaml";

  public FirstFile {
    carriers = List.copyOf(carriers);
    controls = List.copyOf(controls);
    notTaken = List.copyOf(notTaken);
  }

  /**
   * A carrier or control.
   *
   * @param via as it stands in the file: {@code direct}, {@code {interface: wwan0}}
   * @param comment what it is, possibly empty
   */
  public record Place(String name, String via, String comment) {
    private String line() {
      String line = "  " + name + ": {via: " + via + "}";
      return (comment.isEmpty() ? line : line + "   # " + comment) + "\n";
    }
  }

  /** The whole file. */
  public String text() {
    StringBuilder text = new StringBuilder(HEAD);
    carriers.forEach(place -> text.append(place.line()));
    notTaken.forEach(sentence -> text.append("  # not taken: ").append(sentence).append('\n'));
    text.append(CONTROLS);
    if (controls.isEmpty()) {
      text.append(NO_CONTROL);
    } else {
      text.append("controls:\n");
      controls.forEach(place -> text.append(place.line()));
    }
    return text.append(WITNESSES).append(endpoint.text()).toString();
  }

  /** A file that rehearses on the embedded lab: nothing leaves this host. */
  public static String rehearsal() {
    try (InputStream in = FirstFile.class.getResourceAsStream(REHEARSAL)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the shipped rehearsal cannot be read", e);
    }
  }

  /** A text as a YAML scalar; mappings and lists in flow style stay what they are. */
  public static String scalar(String text) {
    if (text.matches("[A-Za-z0-9/+][A-Za-z0-9._/+=@-]*") || text.matches("(?s)[\\[{].*[]}]")) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c < ' ' ? String.format("\\x%02x", (int) c) : c);
      }
    }
    return quoted.append('"').toString();
  }
}
