package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.config.FirstEndpoint;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.HostLine;
import org.vpnprobe.protocol.Protocols;
import picocli.CommandLine;

/** A first file: what init writes loads at once, and nothing is written that does not. */
@Timeout(60)
class InitTest {
  private static final String KEY = "4GgaQCy68nzNsu+lLDR/cDW9Tw9t+I5nQ9rM0oAQZ1Q=";

  private static final List<HostLine> ONE = List.of(line("eth0", HostLine.Kind.WIRED));

  private static final List<HostLine> MODEMS =
      List.of(
          line("wwan0", HostLine.Kind.MODEM),
          line("wwan1", HostLine.Kind.MODEM),
          line("wg0", HostLine.Kind.TUNNEL),
          line("docker0", HostLine.Kind.BRIDGE));

  @TempDir private Path folder = Path.of("");

  private static HostLine line(String name, HostLine.Kind kind) {
    return new HostLine(
        name,
        kind,
        kind == HostLine.Kind.MODEM,
        List.of(InetAddress.ofLiteral("192.0.2." + (1 + name.length()))));
  }

  /** A person who has prepared the answers, and leaves after the last. */
  private static final class Prepared implements Questions {
    private final Deque<String> answers;
    private final List<String> heard = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();

    Prepared(String... answers) {
      this.answers = new ArrayDeque<>(Arrays.asList(answers));
    }

    @Override
    public void tell(String line) {
      heard.add(line);
    }

    @Override
    public @Nullable String read(String prompt, boolean secretly) {
      heard.add(prompt);
      if (secretly) {
        hidden.add(prompt);
      }
      return answers.poll();
    }
  }

  private Terminals.Said asking(Prepared person, List<HostLine> lines, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Streams streams =
        new Streams(
            new PrintWriter(out), new PrintWriter(err), new Terminal(true, true, 100, false));
    InitCommand init = new InitCommand(streams, Map.of());
    init.in(person, lines);
    CommandLine line = new CommandLine(init);
    line.setExecutionExceptionHandler(new Failures(streams, Map.of()));
    int exit = line.execute(args);
    return new Terminals.Said(exit, out.toString(), err.toString());
  }

  private String file() {
    return folder.resolve("probes.yaml").toString();
  }

  private Loaded loaded() throws Exception {
    Options options =
        Options.of("test", Instant.EPOCH, "run").withStrict(true).withLab(Lab::material);
    return ProbeFile.load(folder.resolve("probes.yaml"), options);
  }

  static List<String> names() {
    return Protocols.names();
  }

  /** What is to be set stands in the refusal; with that the file loads, and check takes it. */
  @ParameterizedTest
  @MethodSource("names")
  void whatItWritesLoads(String name) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of("init", file(), "--protocol", name, "--address", "vpn.example.net:4242"));
    for (FirstEndpoint.Asked each : FirstEndpoint.asked(Protocols.named(name).orElseThrow())) {
      if (each.required()) {
        Terminals.Said refused = Terminals.pipe().run(args.toArray(String[]::new));
        assertEquals(2, refused.exit(), refused.err());
        assertTrue(refused.err().contains("--set '" + each.key() + "="), refused.err());
        assertFalse(Files.exists(folder.resolve("probes.yaml")));
        args.add("--set");
        args.add(each.key() + "=" + (each.secret() ? "known-to-everybody" : each.example()));
      }
    }
    Terminals.Said said = Terminals.pipe().run(args.toArray(String[]::new));
    assertEquals(0, said.exit(), said.err());
    Loaded loaded = loaded();
    assertEquals(1, loaded.endpoints().size());
    assertEquals(name, loaded.endpoints().values().iterator().next().protocol().name());
    assertEquals(0, Terminals.pipe().run("check", file()).exit());
    String text = Files.readString(folder.resolve("probes.yaml"));
    assertFalse(text.contains("known-to-everybody"), text);
  }

  /** A person who gives what the protocol cannot be without, and no more. */
  @ParameterizedTest
  @MethodSource("names")
  void whatWasAskedForLoads(String name) throws Exception {
    List<String> answers =
        new ArrayList<>(List.of("mts", "", name, "vpn.example.net:4242", "office"));
    for (FirstEndpoint.Asked each : FirstEndpoint.asked(Protocols.named(name).orElseThrow())) {
      answers.add(each.required() ? each.secret() ? "known-to-everybody" : each.example() : "");
    }
    Terminals.Said said = asking(new Prepared(answers.toArray(String[]::new)), ONE, file());
    assertEquals(0, said.exit(), said.err());
    Loaded loaded = loaded();
    assertEquals(List.of("office"), List.copyOf(loaded.endpoints().keySet()));
    assertEquals(List.of("mts"), List.copyOf(loaded.vantages().keySet()));
  }

  @Test
  void severalLinesBecomeACarrierEach() throws Exception {
    Prepared person =
        new Prepared(
            "wwan0,wwan7",
            "",
            "mts",
            "",
            "127.0.0.1:1080",
            "wiregard",
            "wireguard",
            "",
            "198.51.100.7",
            "berlin",
            KEY,
            KEY);
    Terminals.Said said = asking(person, MODEMS, file());
    assertEquals(0, said.exit(), said.err());
    Loaded loaded = loaded();
    assertEquals(List.of("mts", "wwan1", "abroad"), List.copyOf(loaded.vantages().keySet()));
    assertEquals("interface", Objects.requireNonNull(loaded.vantages().get("mts")).via().kind());
    assertTrue(Objects.requireNonNull(loaded.vantages().get("abroad")).via() instanceof Via.Proxy);
    String heard = String.join("\n", person.heard);
    assertTrue(heard.contains("Not a carrier's line: wg0 (a tunnel"), heard);
    assertTrue(heard.contains("Not a carrier's line: docker0"), heard);
    assertTrue(heard.contains("“wwan7” is not known; did you mean “wwan0”?"), heard);
    assertTrue(heard.contains("did you mean “wireguard”?"), heard);
    assertTrue(heard.contains("This one is needed"), heard);
    assertEquals(1, person.hidden.size(), "the private key is not shown while it is typed");
    Path key = folder.resolve("keys/berlin.private_key");
    assertEquals(KEY + "\n", Files.readString(key));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(key.resolveSibling("."))));
    String text = Files.readString(folder.resolve("probes.yaml"));
    assertTrue(text.contains("private_key: \"${file:keys/berlin.private_key}\""), text);
    assertTrue(text.contains("# not taken: wg0 (a tunnel"), text);
  }

  /** What does not load is said, and its settings are asked for again. */
  @Test
  void mistakesCanBeMended() throws Exception {
    Prepared person =
        new Prepared("", "", "wireguard", "vpn.example.net", "", "no key", KEY, KEY, KEY);
    Terminals.Said said = asking(person, ONE, file());
    assertEquals(0, said.exit(), said.err() + person.heard);
    assertTrue(String.join("\n", person.heard).contains("Its settings once more"));
    assertTrue(person.answers.isEmpty());
    assertEquals(1, loaded().endpoints().size());
  }

  @Test
  void whoLeavesLeavesNothing() throws IOException {
    for (int given = 0; given < 6; given++) {
      String[] all = {"", "", "wireguard", "vpn.example.net", "", KEY};
      Prepared person = new Prepared(Arrays.copyOf(all, given));
      Terminals.Said said = asking(person, ONE, file());
      assertEquals(130, said.exit());
      assertTrue(said.err().contains("nothing was written"), said.err());
      try (var left = Files.list(folder)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void aFileThatIsThereStays() throws IOException {
    Files.writeString(folder.resolve("probes.yaml"), "mine");
    Terminals.Said said = Terminals.pipe().run("init", "--rehearsal", file());
    assertEquals(2, said.exit());
    assertTrue(said.err().contains("--force"), said.err());
    assertEquals("mine", Files.readString(folder.resolve("probes.yaml")));
    assertEquals(0, Terminals.pipe().run("init", "--rehearsal", "--force", file()).exit());
    assertTrue(Files.readString(folder.resolve("probes.yaml")).contains("lab:"));
  }

  /**
   * What another has put in its place leads nowhere, and a name does not lead out of the folder.
   */
  @Test
  void itWritesNowhereElse() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "mine");
    Files.createSymbolicLink(folder.resolve("probes.yaml"), other);
    assertEquals(0, Terminals.pipe().run("init", "--rehearsal", "--force", file()).exit());
    assertEquals("mine", Files.readString(other));
    assertFalse(Files.isSymbolicLink(folder.resolve("probes.yaml")));
    KeyFiles keys = new KeyFiles(folder);
    assertEquals("${file:keys/..-..-x}", keys.keep("../../x", "swordfish"));
    assertEquals(List.of(folder.resolve("keys/..-..-x")), keys.made());
  }

  @Test
  void withoutATerminalItDoesNotAsk() {
    Terminals.Said said = Terminals.pipe().run("init", file());
    assertEquals(2, said.exit());
    assertTrue(said.err().contains("--protocol wireguard --address"), said.err());
    assertTrue(said.err().contains("init --rehearsal"), said.err());
    assertEquals(2, Terminals.pipe().run("init", file(), "--yes").exit());
    Terminals.Said typo =
        Terminals.pipe().run("init", file(), "--protocol", "opnvpn", "--address", "a.example");
    assertTrue(typo.err().contains("did you mean “openvpn”?"), typo.err());
  }

  /** A setting that does not exist, or a carrier that leads nowhere: no file, and no key left. */
  @Test
  void nothingIsWrittenThatDoesNotLoad() throws IOException {
    Terminals.Said setting =
        Terminals.pipe()
            .run(
                "init",
                file(),
                "--protocol",
                "wireguard",
                "--address",
                "a.example",
                "--set",
                "private_key=" + KEY,
                "--set",
                "publickey=" + KEY);
    assertEquals(2, setting.exit());
    assertTrue(setting.err().contains("did you mean “public_key”?"), setting.err());
    Terminals.Said carrier =
        Terminals.pipe()
            .run(
                "init",
                file(),
                "--protocol",
                "tls",
                "--address",
                "a.example:443",
                "--carrier",
                "mts=wwan77");
    assertEquals(2, carrier.exit());
    assertTrue(carrier.err().contains("is no line of this host"), carrier.err());
    try (var left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  /** Neither in the file nor in what is said; a second key does not replace the first. */
  @Test
  void aProxysPasswordGoesIntoAFile() throws Exception {
    for (int i = 0; i < 2; i++) {
      Terminals.Said said =
          Terminals.pipe()
              .run(
                  "init",
                  file(),
                  "--force",
                  "--protocol",
                  "tls",
                  "--address",
                  "a.example:443",
                  "--carrier",
                  "ct=socks5://user:swordfish@127.0.0.1:1080",
                  "--carrier",
                  "here=direct",
                  "--control",
                  "fra=192.0.2.9");
      assertEquals(0, said.exit(), said.err());
      assertFalse(said.err().contains("swordfish"), said.err());
    }
    String text = Files.readString(folder.resolve("probes.yaml"));
    assertFalse(text.contains("swordfish"), text);
    assertEquals("swordfish\n", Files.readString(folder.resolve("keys/ct.proxy")));
    assertTrue(Files.exists(folder.resolve("keys/ct.proxy-2")));
    assertEquals("source", Objects.requireNonNull(loaded().vantages().get("fra")).via().kind());
  }

  /** On a real terminal, typed: the questions, and Ctrl-D. */
  @Test
  void aRealTerminalIsAsked() throws Exception {
    Programs.needed("script");
    Programs.vpnprobe(folder);
    Files.writeString(folder.resolve("typed"), "\ntls\nvpn.example.net:443\noffice\n\n");
    String command = "script -qec './vpnprobe init --carrier here=direct' /dev/null < typed";
    Programs.Said said = Programs.run(folder, "sh", "-c", command);
    assertEquals(0, said.exit(), said.text());
    assertTrue(said.text().contains("A control is a place where nothing is blocked"), said.text());
    assertEquals(
        "tls", Objects.requireNonNull(loaded().endpoints().get("office")).protocol().name());
    Files.deleteIfExists(folder.resolve("probes.yaml"));
    Files.writeString(folder.resolve("typed"), "\u0004");
    Programs.Said left = Programs.run(folder, "sh", "-c", command);
    assertTrue(left.text().contains("nothing was written"), left.text());
    assertFalse(Files.exists(folder.resolve("probes.yaml")));
  }
}
