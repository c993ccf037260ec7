package org.vpnprobe.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completion for bash. Picocli 4.7.7 writes one too, but two options of a command with the same
 * label share their values there, and nothing is completed after a comma.
 */
final class BashCompletion {
  private static final String HEAD =
      """
      # bash completion for @
      _@_words() { # WORDS: the last of a list, after its comma
        local before=
        case $current in *,*) before=${current%,*}, ;; esac
        COMPREPLY=($(compgen -P "$before" -W "$1" -- "${current##*,}"))
      }
      _@_files() {
        local IFS=$'\\n'
        type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$current"))
      }
      _@() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= i
        COMPREPLY=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]} && break ;; esac
        done
        # "--option=value" comes as three words.
        if [ "$current" = = ]; then
          current=
        elif [ "$previous" = = ]; then
          previous=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        case "$command $previous" in
      """;

  private BashCompletion() {}

  /** The script. */
  static String of(CommandSpec root) {
    StringBuilder script = new StringBuilder(HEAD.replace("@", root.name()));
    List<CommandSpec> commands = CommandTree.commands(root);
    for (CommandSpec command : commands) {
      for (OptionSpec option : CommandTree.options(command)) {
        if (CommandTree.takesValue(option)) {
          String names =
              Arrays.stream(option.names())
                  .map(name -> "'" + command.name() + " " + name + "'")
                  .collect(Collectors.joining(" | "));
          script.append("    ").append(names).append(") ").append(value(option));
          script.append("; return ;;\n");
        }
      }
    }
    script.append("  esac\n  case \"$command $current\" in\n");
    for (CommandSpec command : commands) {
      script.append("    '").append(command.name()).append(" -'*) _").append(root.name());
      script.append("_words '").append(names(command)).append("' ;;\n");
      if (!command.positionalParameters().isEmpty()) {
        script.append("    '").append(command.name()).append(" '*) ");
        script.append(value(command.positionalParameters().getFirst())).append(" ;;\n");
      }
    }
    script.append("    ' -'*) _").append(root.name()).append("_words '").append(names(root));
    script.append("' ;;\n    ' '*) _").append(root.name()).append("_words '");
    script.append(commands.stream().map(CommandSpec::name).collect(Collectors.joining(" ")));
    script.append("' ;;\n  esac\n}\n");
    return script.append("complete -F _%s %s\n".formatted(root.name(), root.name())).toString();
  }

  private static String names(CommandSpec command) {
    return CommandTree.options(command).stream()
        .flatMap(option -> Arrays.stream(option.names()))
        .filter(name -> name.startsWith("--"))
        .collect(Collectors.joining(" "));
  }

  private static String value(ArgSpec arg) {
    String program = arg.command().root().name();
    List<String> words = CommandTree.words(arg);
    if (CommandTree.isPath(arg)) {
      return "_" + program + "_files";
    }
    return words.isEmpty() ? ":" : "_" + program + "_words '" + String.join(" ", words) + "'";
  }
}
