package org.vpnprobe.cli;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completion for zsh by its own {@code _arguments} (zshcompsys(1)), which also shows what it is.
 */
final class ZshCompletion {
  private ZshCompletion() {}

  /** The script: a function file for a folder of {@code $fpath}, which may also be sourced. */
  static String of(CommandSpec root) {
    String program = root.name();
    List<CommandSpec> commands = CommandTree.commands(root);
    StringBuilder script = new StringBuilder();
    script.append("#compdef ").append(program).append("\n_").append(program).append("() {\n");
    script.append("  local curcontext=\"$curcontext\" state line\n  local -a commands\n");
    script.append("  commands=(\n");
    for (CommandSpec command : commands) {
      String line = command.name() + ":" + CommandTree.inShort(command).replace(":", "\\:");
      script.append("    ").append(quoted(line)).append('\n');
    }
    script.append("  )\n  _arguments -C");
    options(script, root);
    script.append(" \\\n    '1: :->command' '*:: :->rest' && return\n");
    script.append("  case $state in\n");
    script.append("    command) _describe -t commands command commands ;;\n");
    script.append("    rest) case $line[1] in\n");
    for (CommandSpec command : commands) {
      script.append("      ").append(command.name()).append(") _arguments -s");
      options(script, command);
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        boolean many = parameter.index().isVariable() || parameter.index().max() > 8;
        String place = many ? "*" : String.valueOf(parameter.index().min() + 1);
        script.append(" \\\n        ").append(quoted(place + value(parameter, ":")));
      }
      script.append(" ;;\n");
    }
    script.append("    esac ;;\n  esac\n}\n");
    // Sourced it is told to the completion system; autoloaded it is the function's body.
    script.append(
        "if [ \"$funcstack[1]\" = \"_%s\" ]; then _%s \"$@\"; else compdef _%s %s; fi\n"
            .formatted(program, program, program, program));
    return script.toString();
  }

  private static void options(StringBuilder script, CommandSpec command) {
    for (OptionSpec option : CommandTree.options(command)) {
      String text = "[" + CommandTree.inShort(option).replaceAll("([\\\\\\[\\]:])", "\\\\$1") + "]";
      String value = CommandTree.takesValue(option) ? value(option, ":") : "";
      for (String name : option.names()) {
        String equals = value.isEmpty() || !name.startsWith("--") ? "" : "=";
        script.append(" \\\n        ").append(quoted(name + equals + text + value));
      }
    }
  }

  private static String value(ArgSpec arg, String before) {
    String label = arg.paramLabel().replaceAll("([\\\\:])", "\\\\$1");
    List<String> words = CommandTree.words(arg);
    String list = String.join(" ", words);
    String action =
        CommandTree.isPath(arg)
            ? "_files"
            : words.isEmpty()
                ? " "
                : arg.splitRegex().equals(",") ? "_sequence compadd - " + list : "(" + list + ")";
    return before + label + ":" + action;
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
