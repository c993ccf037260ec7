package org.vpnprobe.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Manual pages from the model of the commands, in the macros of man(7): a page for the program and
 * one for each command. Run by the build; {@code picocli-codegen} would write AsciiDoc, and what
 * makes manual pages of that is some tens of megabytes of Ruby.
 */
public final class ManPages {
  private static final Map<String, String> ENVIRONMENT = new LinkedHashMap<>();
  private static final Map<String, String> FILES = new LinkedHashMap<>();

  static {
    ENVIRONMENT.put(
        "VPNPROBE_ASN_TABLE", "the ASN table when neither --asn-table nor the file names one");
    ENVIRONMENT.put("VPNPROBE_DEBUG", "show the details of an internal error");
    ENVIRONMENT.put("VPNPROBE_JAVA_OPTS", "options of the Java virtual machine");
    ENVIRONMENT.put("XDG_STATE_HOME", "where runs go; default: ~/.local/state");
    ENVIRONMENT.put("NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM, COLUMNS", "how the table is shown");
    FILES.put(
        "probes.yaml", "endpoints, carriers and controls; “vpnprobe init” writes a first one");
    FILES.put("$XDG_STATE_HOME/vpnprobe/runs", "a folder for each run without --out");
    FILES.put("results.ndjson", "the journal of a run, readable by its owner alone");
    FILES.put("report.json", "its report");
  }

  private static final int LONGEST_LINE = 78;

  private final String date;
  private final String version;

  private ManPages(String date, String version) {
    this.date = date;
    this.version = version;
  }

  /**
   * Writes all pages.
   *
   * @param args the folder, and the date that the pages carry
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, String> page : pages(args[1], Version.text()).entrySet()) {
      Files.writeString(folder.resolve(page.getKey()), page.getValue(), StandardCharsets.UTF_8);
    }
  }

  /** The pages by the names of their files. */
  static Map<String, String> pages(String date, String version) {
    ManPages pages = new ManPages(date, version);
    Map<String, String> all = new LinkedHashMap<>();
    pages.add(CommandTree.root(), all);
    return all;
  }

  private void add(CommandSpec command, Map<String, String> all) {
    all.put(title(command) + ".1", page(command));
    CommandTree.commands(command).forEach(below -> add(below, all));
  }

  private static String title(CommandSpec command) {
    return command.qualifiedName("-");
  }

  private String page(CommandSpec command) {
    StringBuilder page = new StringBuilder();
    List<CommandSpec> below = CommandTree.commands(command);
    page.append(".TH ").append(escaped(title(command)).toUpperCase(java.util.Locale.ROOT));
    page.append(" 1 ").append(date).append(" \"vpnprobe ").append(version).append("\" vpnprobe\n");
    section(page, "NAME");
    page.append(escaped(title(command))).append(" \\- ");
    page.append(escaped(CommandTree.inShort(command).split("\\? ", 2)[0])).append('\n');
    section(page, "SYNOPSIS");
    page.append(".B ")
        .append(escaped(command.qualifiedName()))
        .append('\n')
        .append(synopsis(command));
    section(page, "DESCRIPTION");
    for (String line : command.usageMessage().description()) {
      page.append(line(CommandTree.sentence(line))).append(".br\n");
    }
    page.setLength(page.length() - ".br\n".length());
    if (!below.isEmpty()) {
      section(page, "COMMANDS");
      below.forEach(
          each -> item(page, "\\fB" + escaped(each.name()) + "\\fR", CommandTree.inShort(each)));
    }
    if (!command.positionalParameters().isEmpty()) {
      section(page, "ARGUMENTS");
      for (PositionalParamSpec parameter : command.positionalParameters()) {
        item(page, "\\fI" + escaped(parameter.paramLabel()) + "\\fR", described(parameter));
      }
    }
    section(page, "OPTIONS");
    CommandTree.options(command).forEach(option -> item(page, names(option), described(option)));
    ends(page, command);
    return page.toString();
  }

  private static void ends(StringBuilder page, CommandSpec command) {
    section(page, "EXIT STATUS");
    CommandSpec root = command.root();
    root.usageMessage()
        .exitCodeList()
        .forEach((code, meaning) -> item(page, "\\fB" + code + "\\fR", meaning));
    if (command == root) {
      section(page, "ENVIRONMENT");
      ENVIRONMENT.forEach((name, meaning) -> item(page, "\\fB" + escaped(name) + "\\fR", meaning));
      section(page, "FILES");
      FILES.forEach((name, meaning) -> item(page, "\\fI" + escaped(name) + "\\fR", meaning));
    }
    List<String> others = new ArrayList<>();
    if (command != root) {
      others.add(title(root));
    }
    CommandTree.commands(root).stream()
        .filter(each -> each != command)
        .forEach(each -> others.add(title(each)));
    section(page, "SEE ALSO");
    page.append(
        others.stream()
            .sorted()
            .map(each -> ".BR " + escaped(each) + " (1)")
            .collect(Collectors.joining(",\n", "", "\n")));
  }

  private static String synopsis(CommandSpec command) {
    StringBuilder text = new StringBuilder("[\\fIOPTIONS\\fR]");
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String label = "\\fI" + escaped(parameter.paramLabel()) + "\\fR";
      String shown = parameter.arity().max() > 1 ? label + "..." : label;
      text.append(parameter.arity().min() == 0 ? " [" + shown + "]" : " " + shown);
    }
    return text.append(CommandTree.commands(command).isEmpty() ? "\n" : " [\\fICOMMAND\\fR]\n")
        .toString();
  }

  private static String names(OptionSpec option) {
    String names =
        Arrays.stream(option.names())
            .map(name -> "\\fB" + escaped(name) + "\\fR")
            .collect(Collectors.joining(", "));
    return CommandTree.takesValue(option)
        ? names + " \\fI" + escaped(option.paramLabel()) + "\\fR"
        : names;
  }

  private static String described(ArgSpec arg) {
    String sentence = CommandTree.sentence(arg);
    return sentence.isEmpty() ? arg.paramLabel() : sentence;
  }

  private static void section(StringBuilder page, String name) {
    page.append(".SH ").append(name.contains(" ") ? "\"" + name + "\"" : name).append('\n');
  }

  private static void item(StringBuilder page, String tag, String text) {
    page.append(".TP\n").append(tag).append('\n').append(line(text));
  }

  /**
   * Text in lines as mandoc likes them; one that begins with a dot or a quote would be a request.
   */
  private static String line(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : escaped(text.strip()).split(" +")) {
      if (column + word.length() >= LONGEST_LINE) {
        lines.append('\n');
        column = 0;
      } else if (column > 0) {
        lines.append(' ');
      }
      lines.append(column == 0 && word.matches("['.].*") ? "\\&" : "").append(word);
      column += word.length() + 1;
    }
    return lines.append('\n').toString();
  }

  /** groff_char(7): what is not ASCII by its number, hyphens as what is typed. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> out.append("\\e");
            case '-' -> out.append("\\-");
            case '“' -> out.append("\\(lq");
            case '”' -> out.append("\\(rq");
            default -> {
              if (c < 0x80) {
                out.appendCodePoint(c);
              } else {
                out.append(String.format("\\[u%04X]", c));
              }
            }
          }
        });
    return out.toString();
  }
}
