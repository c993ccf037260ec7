package org.vpnprobe.cli;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish, which picocli does not write: lines of its builtin {@code complete}. */
final class FishCompletion {
  private FishCompletion() {}

  /** The script. */
  static String of(CommandSpec root) {
    String program = root.name();
    StringBuilder script = new StringBuilder("# fish completion for " + program + "\n");
    String complete = "complete -c " + program;
    script.append(complete).append(" -f\n"); // Files only where a file is meant.
    List<CommandSpec> commands = CommandTree.commands(root);
    for (CommandSpec command : commands) {
      script.append(complete).append(" -n __fish_use_subcommand -a ").append(command.name());
      script.append(" -d ").append(quoted(CommandTree.inShort(command))).append('\n');
    }
    options(script, complete + " -n __fish_use_subcommand", root);
    for (CommandSpec command : commands) {
      String here = complete + " -n '__fish_seen_subcommand_from " + command.name() + "'";
      options(script, here, command);
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        String values = values(parameter);
        if (!values.isEmpty()) {
          script.append(here).append(values).append('\n');
        }
      }
    }
    return script.toString();
  }

  private static void options(StringBuilder script, String here, CommandSpec command) {
    for (OptionSpec option : CommandTree.options(command)) {
      script.append(here);
      for (String name : option.names()) {
        boolean isLong = name.startsWith("--");
        script.append(isLong ? " -l " : " -s ").append(name.substring(isLong ? 2 : 1));
      }
      if (CommandTree.takesValue(option)) {
        script.append(" -r").append(values(option));
      }
      script.append(" -d ").append(quoted(CommandTree.inShort(option))).append('\n');
    }
  }

  /** A list may go on after a comma, to which fish then adds each of the words. */
  private static String values(ArgSpec arg) {
    if (CommandTree.isPath(arg)) {
      return " -F";
    }
    List<String> words = CommandTree.words(arg);
    if (words.isEmpty()) {
      return "";
    }
    String list = String.join(" ", words);
    boolean several = arg.splitRegex().equals(",");
    return several
        ? " -a '(__fish_complete_list , \"printf %s\\\\\\\\n " + list + "\")'"
        : " -a " + quoted(list);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
