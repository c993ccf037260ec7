package org.vpnprobe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Nearest;
import org.vpnprobe.report.Printable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into a sentence and an exit code. A stack trace is shown on demand alone. */
record Failures(Streams streams, Map<String, String> environment)
    implements IExecutionExceptionHandler {
  /** EX_SOFTWARE of sysexits.h. */
  private static final int INTERNAL = 70;

  /** Causes may go round in a circle. */
  private static final int MOST_CAUSES = 10;

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    switch (e) {
      case InvalidFile invalid -> told("", invalid).forEach(streams::say);
      case Refused refused -> told("vpnprobe: ", refused).forEach(streams::say);
      case IOException io -> told("vpnprobe: ", io).forEach(streams::say);
      default -> {
        if (isMemory(e)) {
          return broke(new OutOfMemoryError(), streams.err());
        }
        streams.say("vpnprobe: internal error, please report it: " + e.getClass().getName());
        if (environment.containsKey("VPNPROBE_DEBUG")) {
          trace(e);
        } else {
          streams.say("Set VPNPROBE_DEBUG=1 for the details.");
        }
        return INTERNAL;
      }
    }
    return CommandLine.ExitCode.USAGE;
  }

  /** Where it happened. What exceptions say is left out: their words may quote what is secret. */
  private void trace(Throwable thrown) {
    String word = "";
    int causes = 0;
    for (Throwable e = thrown; e != null && causes < MOST_CAUSES; e = e.getCause()) {
      streams.say(word + e.getClass().getName());
      for (StackTraceElement frame : e.getStackTrace()) {
        streams.say("    at " + frame);
      }
      word = "caused by ";
      causes++;
    }
  }

  private static boolean isMemory(Throwable thrown) {
    Throwable e = thrown;
    for (int causes = 0; e != null && causes < MOST_CAUSES; causes++) {
      if (e instanceof OutOfMemoryError) {
        return true;
      }
      e = e.getCause();
    }
    return false;
  }

  /**
   * What ended the program.
   *
   * @return the exit code
   */
  static int broke(Error e, PrintWriter err) {
    if (e instanceof OutOfMemoryError) {
      err.println(
          "vpnprobe: out of memory; what was measured is kept: go on with --resume and more memory"
              + " (JAVA_TOOL_OPTIONS=-Xmx1g), or with fewer endpoints (--only)");
      err.flush();
    } else {
      uncaught(e, err);
    }
    return INTERNAL;
  }

  /** What ended a thread: its class alone, since its words may quote what is secret. */
  static void uncaught(Throwable e, PrintWriter err) {
    err.println("vpnprobe: internal error, please report it: " + e.getClass().getName());
    err.flush();
  }

  /** Wrong options: the sentence, the nearest option or command, and where help is. */
  static int usage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    CommandSpec command = line.getCommandSpec();
    String sentence =
        e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()
            ? unmatched(unmatched.getUnmatched().getFirst(), command)
            : String.valueOf(e.getMessage());
    line.getErr().println("vpnprobe: " + Printable.of(sentence));
    line.getErr().println("Try “" + command.qualifiedName() + " --help”.");
    line.getErr().flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** A word that has no place. */
  private static String unmatched(String word, CommandSpec command) {
    String name = word.split("=", 2)[0];
    if (name.startsWith("-")) {
      List<String> options =
          CommandTree.options(command).stream()
              .flatMap(option -> Arrays.stream(option.names()))
              .toList();
      String owners = command.parent() == null ? "" : elsewhere(name);
      return "“"
          + command.qualifiedName()
          + "” has no option "
          + name
          + nearest(name, options, owners);
    }
    List<String> commands = CommandTree.commands(command).stream().map(CommandSpec::name).toList();
    return commands.isEmpty()
        ? "“" + word + "” is one argument too many; quote a word that has spaces"
        : "there is no command “" + word + "”" + nearest(word, commands, "");
  }

  private static String nearest(String word, List<String> known, String otherwise) {
    String nearest = Nearest.to(word, known);
    return nearest == null ? otherwise : "; did you mean “" + nearest + "”?";
  }

  /** Which commands have this option. */
  private static String elsewhere(String option) {
    String owners =
        CommandTree.commands(CommandTree.root()).stream()
            .filter(each -> each.findOption(option) != null)
            .map(CommandSpec::name)
            .collect(Collectors.joining(", "));
    return owners.isEmpty() ? "" : "; it is one of " + owners;
  }

  /**
   * What went wrong, line by line.
   *
   * @param before what the first line begins with
   */
  static List<String> told(String before, Exception e) {
    List<String> lines =
        switch (e) {
          case InvalidFile invalid -> invalid.lines();
          case Refused refused -> refused.lines();
          case NoSuchFileException missing ->
              List.of(missing.getFile() + ": no such file or folder; check its name");
          case AccessDeniedException denied ->
              List.of(
                  denied.getFile()
                      + ": permission denied; this user needs to read it, or to write its folder");
          case FileAlreadyExistsException exists ->
              List.of(exists.getFile() + ": exists already; name another place");
          // Some come without a word.
          default ->
              List.of(Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
        };
    List<String> told = new ArrayList<>(lines);
    told.set(0, before + lines.getFirst());
    return told;
  }
}
