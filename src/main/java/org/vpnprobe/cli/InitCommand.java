package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.FirstEndpoint;
import org.vpnprobe.config.FirstFile;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.config.imports.WholeFile;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.net.HostLine;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Write a first probes.yaml with comments. Asks on a terminal what no option tells.",
      "Sends nothing. Secrets go into files of their own, or stay $${env:NAME}."
    })
final class InitCommand implements Callable<Integer> {
  private static final String FALLBACK =
      "vpnprobe init --protocol wireguard --address vpn.example.net:51820";

  private final Streams streams;
  private final Map<String, String> environment;
  private Optional<Questions> terminal = Questions.ofTerminal();
  private List<HostLine> lines = List.of();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "probes.yaml",
      description = "The file to write. Default: ${DEFAULT-VALUE}.")
  private Path file = Path.of("probes.yaml");

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "Ask nothing: what no option tells is left at its default.")
  private boolean yes;

  @Option(
      names = "--rehearsal",
      description = "A file whose servers and carriers are inside the program, to look around.")
  private boolean rehearsal;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      completionCandidates = Words.Protocols.class,
      description = "Protocol of the first server.")
  private @Nullable String protocol;

  @Option(names = "--address", paramLabel = "HOST[:PORT]", description = "Its address.")
  private @Nullable String address;

  @Option(names = "--name", paramLabel = "NAME", description = "What reports shall call it.")
  private @Nullable String name;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of its protocol (vpnprobe protocols NAME). A secret may be $${env:NAME} or the"
              + " path of a file; one that is given here goes into a file.")
  private List<String> set = List.of();

  @Option(
      names = "--carrier",
      paramLabel = "NAME=VIA",
      description =
          "A network under test: VIA is direct, an interface, a source address or"
              + " socks5://host:port. Default: each line that this host has.")
  private List<String> carriers = List.of();

  @Option(
      names = "--control",
      paramLabel = "NAME=VIA",
      description = "The same for a place where nothing is blocked.")
  private List<String> controls = List.of();

  InitCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
  }

  /** For tests: who answers, and which interfaces there are. */
  void in(Questions person, List<HostLine> interfaces) {
    terminal = Optional.of(person);
    lines = interfaces;
  }

  @Override
  public Integer call() throws IOException, InvalidFile {
    if (Files.exists(file) && !force) {
      throw new Refused(file + ": is there already; --force replaces it, or name another file");
    }
    if (rehearsal) {
      write(FirstFile.rehearsal(), new KeyFiles(folder()));
      return 0;
    }
    if (lines.isEmpty()) {
      lines = HostLine.all();
    }
    KeyFiles keys = new KeyFiles(folder());
    FirstAnswers answers = new FirstAnswers(folder(), keys, lines);
    try {
      told(answers);
      if (protocol != null && address != null || yes || terminal.isEmpty()) {
        byOptions(answers);
        write(answers.file().text(), keys);
      } else {
        byAsking(terminal.get(), answers, keys);
      }
      return 0;
    } catch (Questions.Left e) {
      keys.undo();
      streams.say("");
      streams.say("nothing was written");
      return Interruption.EXIT;
    } catch (IOException | InvalidFile | RuntimeException e) {
      try {
        keys.undo();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private Path folder() {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  private void told(FirstAnswers answers) {
    for (String each : carriers) {
      Map.Entry<String, String> pair = FirstAnswers.pair("--carrier", each);
      answers.carrier(pair.getKey(), pair.getValue());
    }
    for (String each : controls) {
      Map.Entry<String, String> pair = FirstAnswers.pair("--control", each);
      answers.control(pair.getKey(), pair.getValue());
    }
  }

  private void byOptions(FirstAnswers answers) throws IOException {
    if (protocol == null || address == null) {
      throw new Refused(
          "init cannot ask here (no terminal, or --yes): name the first server, such as",
          "  " + FALLBACK,
          "or look around with: vpnprobe init --rehearsal");
    }
    Protocol<?> known = answers.protocol(protocol);
    answers.address(address, name);
    for (String each : set) {
      Map.Entry<String, String> pair = FirstAnswers.pair("--set", each);
      answers.set(pair.getKey(), pair.getValue());
    }
    List<FirstEndpoint.Asked> missing = answers.missing();
    if (!missing.isEmpty()) {
      throw new Refused(
          known.name()
              + " cannot be probed without "
              + missing.stream().map(FirstEndpoint.Asked::key).collect(Collectors.joining(" and "))
              + "; add "
              + missing.stream().map(InitCommand::example).collect(Collectors.joining(" ")));
    }
    if (!answers.hasCarriers()) {
      answers.proposeCarriers();
    }
  }

  private static String example(FirstEndpoint.Asked asked) {
    String value = asked.secret() ? "${env:NAME}" : asked.example();
    return "--set '" + asked.key() + "=" + value + "'";
  }

  private void byAsking(Questions questions, FirstAnswers answers, KeyFiles keys)
      throws Questions.Left, IOException {
    questions.tell(
        "A first " + file + ". An empty line takes what stands in brackets; Ctrl-D leaves.");
    Interview interview = new Interview(questions, answers);
    if (!answers.hasCarriers()) {
      interview.carriers();
    }
    if (controls.isEmpty()) {
      interview.control();
    }
    Protocol<?> chosen = interview.endpoint(protocol, address, name);
    while (true) {
      interview.settings(chosen);
      try {
        write(answers.file().text(), keys);
        return;
      } catch (InvalidFile | Refused e) {
        Failures.told("", e).forEach(line -> questions.tell(Printable.of(line)));
        questions.tell("Its settings once more, please:");
        keys.undo();
      }
    }
  }

  /** Writes what loads, and nothing else. */
  private void write(String text, KeyFiles keys) throws IOException, InvalidFile {
    Options options =
        Options.of(Version.text(), Instant.now(), "init")
            .withStrict(true)
            .withEnv(variable -> Optional.ofNullable(environment.get(variable)))
            .withLab(Lab::material);
    Loaded loaded = ProbeFile.parse(file.toString(), text, options);
    Files.createDirectories(folder());
    if (force) {
      WholeFile.replace(file, folder(), text, false);
    } else {
      WholeFile.create(file, text.getBytes(StandardCharsets.UTF_8), false);
    }
    loaded.warnings().forEach(each -> streams.say("warning: " + Printable.of(each)));
    keys.made().forEach(each -> streams.say("a secret went to " + each));
    String named = file.equals(Path.of("probes.yaml")) ? "" : " " + file;
    streams.say("wrote " + file);
    streams.say("next: vpnprobe check" + named + "   what would be sent, and to whom");
    streams.say("      vpnprobe run" + named + "     measures");
  }
}
