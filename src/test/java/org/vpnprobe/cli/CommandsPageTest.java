package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The reference of commands is what the program says of itself. */
class CommandsPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/commands.md");

  private static final String HEAD =
      """
      # Commands

      Made from the program's own model of its commands: `vpnprobe COMMAND --help` and the manual
      pages say the same. Every command also has `--help`. Start with [getting started](getting-started.md).

      """;

  /** When this fails, copy the page that it wrote: target/commands.md. */
  @Test
  void thePageIsWhatTheProgramSays() throws Exception {
    CommandSpec root = CommandTree.root();
    StringBuilder page = new StringBuilder(HEAD);
    page.append("| Command | |\\n|---|---|\\n".replace("\\n", "\n"));
    for (CommandSpec command : CommandTree.commands(root)) {
      page.append(
          "| [`%s`](#%s) | %s |\n"
              .formatted(command.name(), command.name(), text(CommandTree.inShort(command))));
    }
    CommandTree.commands(root).forEach(command -> add(page, command));
    page.append("\n## Exit codes\n\n| | |\n|---|---|\n");
    root.usageMessage()
        .exitCodeList()
        .forEach((code, meaning) -> page.append("| %s | %s |\n".formatted(code, meaning)));
    Files.writeString(Path.of("target/commands.md"), page.toString());
    assertEquals(page.toString(), Files.readString(PAGE));
  }

  private static void add(StringBuilder page, CommandSpec command) {
    List<String> below = CommandTree.commands(command).stream().map(CommandSpec::name).toList();
    String level = command.parent() == command.root() ? "## " : "### ";
    page.append('\n').append(level).append(command.qualifiedName().replaceFirst("^\\S+ ", ""));
    page.append("\n\n");
    page.append(
        Arrays.stream(command.usageMessage().description())
            .map(CommandTree::sentence)
            .map(CommandsPageTest::text)
            .collect(Collectors.joining("\n")));
    page.append("\n\n`").append(command.qualifiedName()).append(" [OPTIONS]");
    command.positionalParameters().forEach(each -> page.append(' ').append(label(each)));
    page.append(below.isEmpty() ? "" : " [COMMAND]").append("`\n");
    List<String> rows =
        Stream.concat(
                command.positionalParameters().stream().map(each -> row(each.paramLabel(), each)),
                CommandTree.options(command).stream()
                    .filter(each -> !each.usageHelp() && !each.versionHelp())
                    .map(each -> row(names(each), each)))
            .toList();
    if (!rows.isEmpty()) {
      page.append("\n| | |\n|---|---|\n").append(String.join("", rows));
    }
    CommandTree.commands(command).forEach(each -> add(page, each));
  }

  private static String label(ArgSpec parameter) {
    String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
    return parameter.arity().min() == 0 ? "[" + label + "]" : label;
  }

  private static String names(OptionSpec option) {
    String names = String.join(", ", option.names());
    return CommandTree.takesValue(option) ? names + " " + option.paramLabel() : names;
  }

  private static String row(String name, ArgSpec arg) {
    return "| `%s` | %s |\n".formatted(name.replace("|", "\\|"), text(CommandTree.sentence(arg)));
  }

  private static String text(String text) {
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "\\<");
  }
}
