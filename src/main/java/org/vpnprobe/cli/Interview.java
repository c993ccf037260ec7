package org.vpnprobe.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.FirstEndpoint;
import org.vpnprobe.net.HostLine;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;

/** Asks for a first file: few questions, each with what an empty line means. */
record Interview(Questions questions, FirstAnswers answers) {
  private static final String NONE = "none";

  /** Which lines to measure, and whose they are. */
  void carriers() throws Questions.Left {
    List<HostLine> found = answers.candidates();
    answers.notTaken().forEach(line -> questions.tell("Not a carrier's line: " + line));
    if (found.size() < 2) {
      String line = found.isEmpty() ? "" : " (" + found.getFirst().name() + ")";
      answers.carrier(
          questions.ask(
              "Whose network is this" + line + "? A name from “vpnprobe carriers”, or any word",
              "this-network"),
          "direct");
      return;
    }
    found.forEach(line ->
        questions.tell("  " + line.name() + ": " + line.kind().words() + ", " + addresses(line)));
    List<String> names = found.stream().map(HostLine::name).toList();
    List<String> chosen;
    do {
      chosen = words(questions.ask("Which lines shall be measured?", String.join(",", names)));
      chosen.stream()
          .filter(each -> !names.contains(each))
          .forEach(each -> questions.tell("  " + Unknown.word("", each, names)));
    } while (chosen.isEmpty() || !names.containsAll(chosen));
    for (String each : chosen) {
      answers.carrier(
          questions.ask(
              "Whose is " + each + "? A name from “vpnprobe carriers”, or any word", each),
          each);
    }
  }

  private static String addresses(HostLine line) {
    return line.addresses().stream()
        .map(address -> address.getHostAddress())
        .collect(Collectors.joining(" "));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("[,\\s]+")).filter(word -> !word.isEmpty()).distinct().toList();
  }

  /** A place where nothing is blocked. */
  void control() throws Questions.Left {
    questions.tell("A control is a place where nothing is blocked; without one nobody is blamed.");
    questions.tell("“ssh -D 1080 probe@a-server-of-yours” opens a door to one at 127.0.0.1:1080.");
    String proxy = questions.ask("SOCKS5 proxy of a control (host:port)", NONE);
    if (!proxy.equals(NONE)) {
      answers.control("abroad", proxy.contains("://") ? proxy : "socks5://" + proxy);
    }
  }

  /** The first server: what is not known of it yet. */
  Protocol<?> endpoint(@Nullable String protocol, @Nullable String address, @Nullable String name)
      throws Questions.Left {
    Protocol<?> chosen =
        answers.protocol(
            protocol != null
                ? protocol
                : questions.choose(
                    "Protocol of your first server (“vpnprobe protocols” lists them)",
                    Protocols.names(),
                    "wireguard"));
    String port = chosen.defaultPort() == 0 ? ":port" : "[:" + chosen.defaultPort() + "]";
    String host = address != null ? address : questions.need("Its address, host" + port, false);
    answers.address(host, name);
    if (name == null) {
      answers.address(host, questions.ask("A name for it in reports", answers.name()));
    }
    return chosen;
  }

  /** The settings of its protocol. */
  void settings(Protocol<?> protocol) throws Questions.Left, IOException {
    answers.clearSettings();
    for (FirstEndpoint.Asked each : FirstEndpoint.asked(protocol)) {
      while (!settled(each)) {
        questions.tell("  Once more, please, or Ctrl-D.");
      }
    }
  }

  private boolean settled(FirstEndpoint.Asked each) throws Questions.Left, IOException {
    String what =
        each.key()
            + (each.description().isEmpty() ? "" : " – " + each.description())
            + (each.secret() ? " (hidden; or a file, ${env:NAME})" : each.file() ? " (a file)" : "")
            + (each.secret() || each.file() || each.example().isEmpty()
                ? ""
                : ", such as " + each.example());
    String answer =
        each.required()
            ? questions.need(what, each.secret())
            : questions.line(what + " [leave out]: ", each.secret());
    try {
      if (!answer.isEmpty()) {
        answers.set(each.key(), answer);
      }
      return true;
    } catch (Refused e) {
      questions.tell("  " + e.getMessage());
      return false;
    }
  }
}
