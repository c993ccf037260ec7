package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;

/** {@code vpnprobe}: what each carrier lets through, by real handshakes. */
@Command(
    name = "vpnprobe",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Per-carrier VPN reachability, measured with real handshakes.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every expectation met",
      "1:some cell is not as expected",
      "2:usage or configuration error",
      "3:inconclusive: a vantage was offline or something could not be judged",
      "70:internal error",
      "130:interrupted"
    })
public final class Main {
  /** What stands there when somebody types the name to see what it is. */
  private static final String START =
      """
      vpnprobe: which VPN servers answer from which carrier, measured with real handshakes.

        vpnprobe init --rehearsal   writes a probes.yaml to look around with: nothing leaves this host
        vpnprobe check              says what it would do, and sends nothing
        vpnprobe run                does it, and reports

      With servers of your own: vpnprobe init. With a .conf, an .ovpn or links: vpnprobe import.
      All commands: vpnprobe --help.
      """;

  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          InitCommand.class,
          RunCommand.class,
          CheckCommand.class,
          ReportCommand.class,
          DiffCommand.class,
          ExplainCommand.class,
          ImportCommand.class,
          HistoryCommand.class,
          ProtocolsCommand.class,
          CarriersCommand.class,
          WhoamiCommand.class,
          LabCommand.class,
          CompletionCommand.class);

  Main() {}

  /** The command line with all its commands. */
  static CommandLine line(IFactory factory) {
    return with(factory, COMMANDS);
  }

  /**
   * The command line that these arguments need: picocli reads each command by reflection, and a
   * start of one that reads all of them takes twice the CPU time.
   */
  private static CommandLine line(IFactory factory, String... args) {
    if (args.length == 1 && args[0].equals("--version")) {
      return with(factory, List.of());
    }
    for (Class<?> command : COMMANDS) {
      if (args.length > 0 && command.getAnnotation(Command.class).name().equals(args[0])) {
        return with(factory, List.of(command));
      }
    }
    return line(factory);
  }

  private static CommandLine with(IFactory factory, List<Class<?>> commands) {
    CommandLine line = new CommandLine(new Main(), factory);
    commands.forEach(line::addSubcommand);
    return line;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Streams streams =
        new Streams(
            new PrintWriter(new java.io.OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
            new PrintWriter(new java.io.OutputStreamWriter(System.err, StandardCharsets.UTF_8)),
            Terminal.of(System.getenv()));
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> Failures.uncaught(e, streams.err()));
    System.exit(run(streams, System.getenv(), args));
  }

  /**
   * Runs one command.
   *
   * @return the exit code of design §6
   */
  static int run(Streams streams, Map<String, String> environment, String... args) {
    CommandLine line = line(new Commands(streams, environment), args);
    line.setOut(streams.out());
    line.setErr(streams.err());
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(streams.terminal().colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpWidth(Math.min(Math.max(streams.terminal().width(), 80), 120));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(new Failures(streams, environment));
    line.setParameterExceptionHandler(Failures::usage);
    int exit = args.length == 0 ? start(line) : executed(line, streams, args);
    streams.out().flush();
    streams.err().flush();
    return exit;
  }

  /** The exit code of an uncaught error would be 1, which says something else. */
  private static int executed(CommandLine line, Streams streams, String... args) {
    try {
      return line.execute(args);
    } catch (Error e) {
      return Failures.broke(e, streams.err());
    }
  }

  private static int start(CommandLine line) {
    line.getErr().print(START);
    return CommandLine.ExitCode.USAGE;
  }
}
