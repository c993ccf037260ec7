package org.vpnprobe.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Reads picocli's model of the commands: for shells, manual pages and the reference. */
final class CommandTree {
  private CommandTree() {}

  /** The model of the whole command line; nothing is run. */
  static CommandSpec root() {
    Streams nowhere =
        new Streams(
            new java.io.PrintWriter(java.io.Writer.nullWriter()),
            new java.io.PrintWriter(java.io.Writer.nullWriter()),
            new Terminal(false, false, 100, false));
    return Main.line(new Commands(nowhere, java.util.Map.of())).getCommandSpec();
  }

  /** The commands below this one that the help shows, in their order. */
  static List<CommandSpec> commands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .distinct()
        .filter(spec -> !spec.usageMessage().hidden())
        .toList();
  }

  /** The options that the help shows. */
  static List<OptionSpec> options(CommandSpec command) {
    return command.options().stream().filter(option -> !option.hidden()).toList();
  }

  /** What a command or option is, in one line of plain text. */
  static String sentence(String... description) {
    return Ansi.OFF.string(String.join(" ", description)).replace("%n", " ");
  }

  /** The first sentence of a command's description. */
  static String inShort(CommandSpec command) {
    return sentence(Stream.of(command.usageMessage().description()).limit(1).toArray(String[]::new))
        .split("(?<=\\.) ", 2)[0]
        .replaceFirst("[.:]$", "");
  }

  /** The first sentence of what an option is. */
  static String inShort(ArgSpec arg) {
    return sentence(arg).split("[.;:] ", 2)[0].replaceFirst("[.:]$", "");
  }

  /** The description of an option or parameter, its default put in. */
  static String sentence(ArgSpec arg) {
    String fallback = String.valueOf(arg.defaultValue());
    return sentence(arg.description()).replace("${DEFAULT-VALUE}", fallback);
  }

  /** The words that a value can be; none when anything goes. */
  static List<String> words(ArgSpec arg) {
    List<String> words = new ArrayList<>();
    if (arg.completionCandidates() != null) {
      arg.completionCandidates().forEach(words::add);
    }
    return words;
  }

  /** True when a value is the path of a file or folder. */
  static boolean isPath(ArgSpec arg) {
    Class<?> type = arg.typeInfo().isMultiValue() ? arg.auxiliaryTypes()[0] : arg.type();
    boolean said = arg.paramLabel().equals("FILE") || arg.paramLabel().equals("SOURCE");
    return type == Path.class || type == File.class || said && type == String.class;
  }

  /** True when an option takes a value. */
  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }
}
