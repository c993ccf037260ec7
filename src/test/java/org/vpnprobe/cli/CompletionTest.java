package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.report.Formats;
import picocli.CommandLine.Model.CommandSpec;

/** The scripts, in the shells that they are for. */
@Timeout(120)
class CompletionTest {
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void write() throws Exception {
    for (String shell : List.of("bash", "fish", "zsh")) {
      Terminals.Said said = Terminals.pipe().run("completion", shell);
      assertEquals(0, said.exit(), said.err());
      Files.writeString(folder.resolve("completion." + shell), said.out());
    }
    Files.writeString(folder.resolve("mine.yaml"), "");
  }

  private static TreeSet<String> commands() {
    TreeSet<String> names = new TreeSet<>();
    CommandTree.commands(CommandTree.root()).stream().map(CommandSpec::name).forEach(names::add);
    return names;
  }

  private static TreeSet<String> words(String text) {
    TreeSet<String> words = new TreeSet<>(Arrays.asList(text.strip().split("\\s+")));
    words.remove("");
    return words;
  }

  /** What bash would offer, by the function it would call with the variables it would set. */
  private TreeSet<String> bash(String... typed) throws Exception {
    StringBuilder script = new StringBuilder("source ./completion.bash\ncomplete -p vpnprobe\n");
    script.append("COMP_WORDS=(");
    Arrays.stream(typed).forEach(word -> script.append("'").append(word).append("' "));
    script.append(")\nCOMP_CWORD=").append(typed.length - 1);
    script.append("\n_vpnprobe\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    Path file = Files.writeString(folder.resolve("try.bash"), script.toString());
    Programs.Said said = Programs.run(folder, Programs.needed("bash"), "--norc", file.toString());
    assertEquals(0, said.exit(), said.text());
    String[] lines = said.text().split("\n", 2);
    assertEquals("complete -F _vpnprobe vpnprobe", lines[0]);
    return words(lines[1]);
  }

  private TreeSet<String> fish(String typed) throws Exception {
    Programs.Said said =
        Programs.run(
            folder,
            Programs.needed("fish"),
            "--no-config",
            "-c",
            "source completion.fish; complete -C '" + typed + "'");
    assertEquals(0, said.exit(), said.text());
    TreeSet<String> offered = new TreeSet<>();
    said.text().lines().map(line -> line.split("\t")[0]).forEach(offered::add);
    return offered;
  }

  @Test
  void bashCompletes() throws Exception {
    assertEquals(commands(), bash("vpnprobe", ""));
    assertEquals(words("--format"), bash("vpnprobe", "run", "--form"));
    TreeSet<String> formats = new TreeSet<>(Formats.names());
    formats.add("table");
    assertEquals(formats, bash("vpnprobe", "report", "--format", ""));
    assertEquals(words("html"), bash("vpnprobe", "report", "-f", "h"));
    assertEquals(words("html"), bash("vpnprobe", "report", "--format", "=", "h"));
    assertEquals(words("html,json html,junit"), bash("vpnprobe", "run", "--format", "html,j"));
    assertEquals(words("carrier protocol tag port"), bash("vpnprobe", "run", "--by", ""));
    assertEquals(words("wireguard"), bash("vpnprobe", "check", "--only", "wire"));
    assertEquals(words("china-unicom"), bash("vpnprobe", "run", "--carrier", "china-u"));
    assertEquals(words("likely_blocked"), bash("vpnprobe", "report", "--fail-on", "likel"));
    assertEquals(new TreeSet<>(Protocols.names()), bash("vpnprobe", "protocols", ""));
    assertEquals(words("bash fish zsh"), bash("vpnprobe", "completion", ""));
    assertEquals(words("mine.yaml"), bash("vpnprobe", "check", "mi"));
    assertEquals(words(""), bash("vpnprobe", "run", "--max-time", "m"), "no word is known");
  }

  @Test
  void fishCompletes() throws Exception {
    assertEquals(commands(), fish("vpnprobe "));
    assertEquals(words("--format"), fish("vpnprobe run --form"));
    assertEquals(words("html"), fish("vpnprobe report --format h"));
    assertEquals(words("html,json html,junit"), fish("vpnprobe run --format html,j"));
    assertEquals(words("wireguard"), fish("vpnprobe check --only wire"));
    assertEquals(words("china-unicom"), fish("vpnprobe run --carrier china-u"));
    assertEquals(words("likely_blocked"), fish("vpnprobe report --fail-on likel"));
    assertEquals(new TreeSet<>(Protocols.names()), fish("vpnprobe protocols "));
    assertEquals(words("bash fish zsh"), fish("vpnprobe completion "));
    assertEquals(words("mine.yaml"), fish("vpnprobe check mi"));
  }

  /** Through a terminal of zsh's own, with the Tab key. */
  @Test
  void zshCompletes() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("try.zsh"),
            """
            zmodload zsh/zpty
            zpty -b t zsh -f -i
            drain() { local x; sleep 0.4; while zpty -r -t t x; do out+=$x; sleep 0.05; done }
            zpty -w t "PS1='%% '; autoload -U compinit; compinit -u -D; bindkey '^I' complete-word"
            zpty -w t "source ./completion.zsh; print REA''DY"
            out=
            for ((i = 0; i < 40; i++)); do [[ $out == *READY* ]] && break; drain; done
            while read -r line; do
              out=
              zpty -w -n t "$line"$'\\t'
              drain
              print -r -- "$line => ${out//[^[:print:]]/}"
              zpty -w -n t $'\\x15'
              drain
            done <<END
            vpnprobe comp
            vpnprobe run --form
            vpnprobe run --format=ht
            vpnprobe report --format html,js
            vpnprobe check --only wireg
            vpnprobe report --fail-on likel
            vpnprobe protocols shad
            vpnprobe completion z
            vpnprobe check mi
            END
            zpty -d t
            """);
    Programs.Said said = Programs.run(folder, Programs.needed("zsh"), "-f", file.toString());
    for (String completed :
        List.of(
            "vpnprobe completion",
            "vpnprobe run --format",
            "vpnprobe run --format=html",
            "vpnprobe report --format html,json",
            "vpnprobe check --only wireguard",
            "vpnprobe report --fail-on likely_blocked",
            "vpnprobe protocols shadowsocks",
            "vpnprobe completion zsh",
            "vpnprobe check mine.yaml")) {
      assertTrue(
          said.text().lines().anyMatch(line -> line.split(" => ", 2)[1].contains(completed)),
          completed + " in\n" + said.text());
    }
  }

  @Test
  void anotherShellIsRefused() {
    Terminals.Said said = Terminals.pipe().run("completion", "fsh");
    assertEquals(2, said.exit());
    assertTrue(said.err().contains("did you mean “fish”?"), said.err());
  }
}
