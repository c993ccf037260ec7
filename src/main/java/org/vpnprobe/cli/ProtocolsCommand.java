package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.SettingsReference;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Protocols;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "protocols",
    mixinStandardHelpOptions = true,
    description = "List the protocols that can be probed, or tell all about one.")
final class ProtocolsCommand implements Callable<Integer> {
  private static final String GAP = "  ";

  private final Streams streams;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = Words.Protocols.class,
      description = "What this one sends, its settings, and an entry to copy.")
  private @Nullable String name;

  ProtocolsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    PrintWriter out = streams.out();
    if (name == null) {
      all(out);
      return 0;
    }
    String wanted = name;
    one(
        out,
        Protocols.named(wanted)
            .orElseThrow(() -> new Refused(Unknown.word("protocol", wanted, Protocols.names()))));
    return 0;
  }

  private static void all(PrintWriter out) {
    List<List<String>> rows =
        Protocols.names().stream().map(each -> row(Protocols.named(each).orElseThrow())).toList();
    table(out, "", List.of("PROTOCOL", "WITHOUT KEYS", "WITH KEYS", "SILENT", "WHAT"), rows);
    out.println();
    out.println("Keys are the server's secrets. With and without them an answer proves so much:");
    out.println("port < handshake < authenticated (the server proved who it is) < tunnel (data");
    out.println("through it). A silent server answers nobody who lacks them.");
    out.println();
    out.println("vpnprobe protocols NAME tells what one sends, its settings, and shows an entry.");
  }

  private static List<String> row(Protocol<?> protocol) {
    About about = protocol.about();
    return List.of(
        protocol.name(),
        inShort(about.open()),
        inShort(about.keyed()),
        about.silent(),
        protocol.summary());
  }

  /** The depth alone; under which condition it is another one stands with the protocol itself. */
  private static String inShort(String depths) {
    return depths.split("[;,]| where | with ", 2)[0];
  }

  private static void one(PrintWriter out, Protocol<?> protocol) {
    About about = protocol.about();
    out.println(protocol.name() + ": " + protocol.summary());
    out.println();
    out.println("without keys  " + about.open());
    out.println("with keys     " + about.keyed());
    out.println("silent        " + about.silent());
    out.println(
        "port          " + (protocol.defaultPort() == 0 ? "none" : "" + protocol.defaultPort()));
    out.println("sends         " + about.sends());
    out.println("effects       " + about.effects());
    out.println("source        " + about.source());
    out.println();
    List<SettingsReference.Key> keys = SettingsReference.of(protocol);
    out.println(keys.isEmpty() ? "Settings: none" : "Settings:");
    table(
        out,
        GAP,
        List.of(),
        keys.stream()
            .map(key ->
                List.of(
                    key.name(),
                    key.required() ? "required" : "optional",
                    key.type(),
                    key.description()))
            .toList());
    out.println();
    out.println(
        "An entry of endpoints: (vpnprobe init --protocol " + protocol.name() + " asks for one)");
    about.example().lines().forEach(line -> out.println(GAP + line));
  }

  private static void table(
      PrintWriter out, String indent, List<String> heading, List<List<String>> rows) {
    List<List<String>> lines = new ArrayList<>(rows);
    if (!heading.isEmpty()) {
      lines.addFirst(heading);
    }
    for (List<String> row : lines) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(row.get(i)).repeat(' ', width - row.get(i).length()).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
