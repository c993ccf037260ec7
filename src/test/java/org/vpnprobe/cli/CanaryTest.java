package org.vpnprobe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.report.Formats;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A secret of its own in every setting that takes one: nothing that the program says, logs or
 * writes holds any of them, in whatever form.
 */
@Timeout(300)
class CanaryTest {
  @TempDir private Path folder = Path.of("");
  private final Canaries canaries = new Canaries();

  private String filled(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(CanaryTest.class.getResourceAsStream(name), name)) {
      return canaries.filled(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("probes.yaml"), yaml);
  }

  private Loaded loaded(Path file) throws InvalidFile {
    return ProbeFile.load(
        file,
        Options.of("test", Instant.EPOCH, "run")
            .withStrict(true)
            .withLab(Lab::material)
            .withEnv(name -> Optional.ofNullable(canaries.environment().get(name))));
  }

  /** The search that the other tests rely on finds a secret in every form. */
  @Test
  void aPlantedSecretIsFound() {
    String secret = canaries.secret("text", "A");
    byte[] bytes = ("login=joe:" + secret + "\n").getBytes(StandardCharsets.UTF_8);
    List<String> leaks = new ArrayList<>();
    leaks.add("login failed for joe:" + secret);
    leaks.add("cut short: “" + secret.substring(0, secret.length() / 2 + 1) + "…");
    leaks.add("…" + secret.substring(secret.length() / 2));
    leaks.add(java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8));
    for (int i = 0; i < 3; i++) {
      byte[] later = java.util.Arrays.copyOfRange(bytes, i, bytes.length);
      leaks.add(java.util.Base64.getEncoder().encodeToString(later));
      leaks.add(java.util.Base64.getUrlEncoder().encodeToString(later));
      leaks.add(java.util.Base64.getMimeEncoder(4096, new byte[] {'\n'}).encodeToString(later));
    }
    leaks.add(java.util.HexFormat.of().formatHex(bytes));
    leaks.add(java.util.HexFormat.of().withUpperCase().formatHex(bytes));
    leaks.add(java.util.HexFormat.ofDelimiter(" ").formatHex(bytes));
    for (String leak : leaks) {
      assertFalse(canaries.in(leak).isEmpty(), leak);
    }
    assertEquals(Set.of(), canaries.in("login failed for joe"));
    String key = canaries.secret("wireguard", "B");
    byte[] raw = java.util.Base64.getDecoder().decode(key);
    assertFalse(canaries.in(java.util.HexFormat.of().formatHex(raw)).isEmpty());
    String pem = canaries.secret("key", "C");
    assertFalse(canaries.in("cannot read " + pem).isEmpty());
    assertFalse(canaries.in(pem.replace("\n", "\\n")).isEmpty());
    assertFalse(canaries.in(canaries.secret("uuid", "D").replace("-", "")).isEmpty());
  }

  /** A setting that takes a secret and has none of ours stops this test. */
  @Test
  void everySecretSettingOfEveryProtocolHasOne() throws Exception {
    Loaded loaded = loaded(file(filled("canaries.yaml")));
    Set<String> missing = new TreeSet<>();
    for (String protocol : Protocols.names()) {
      for (RecordComponent component :
          secrets(Protocols.named(protocol).orElseThrow().settings())) {
        missing.add(protocol + "." + component.getName());
      }
    }
    assertTrue(missing.size() > 35, missing.toString());
    for (BoundEndpoint endpoint : loaded.endpoints().values()) {
      for (RecordComponent component : secrets(endpoint.settings().getClass())) {
        component.getAccessor().setAccessible(true);
        if (component.getAccessor().invoke(endpoint.settings()) instanceof Secret secret
            && canaries.made(secret.text())) {
          missing.remove(endpoint.protocol().name() + "." + component.getName());
        }
      }
      assertEquals(Set.of(), canaries.in(endpoint.settings() + " " + endpoint));
    }
    assertEquals(Set.of(), missing);
    assertEquals(Set.of(), canaries.in(loaded.toString()));
  }

  private static List<RecordComponent> secrets(Class<?> settings) {
    return Stream.of(settings.getRecordComponents())
        .filter(component -> component.getType() == Secret.class)
        .toList();
  }

  /** Secrets that do not fit, written out and by reference: their place is told, never they. */
  @Test
  void whatIsWrongWithASecretIsSaidWithoutIt() throws IOException {
    String yaml;
    try (InputStream in =
        Objects.requireNonNull(CanaryTest.class.getResourceAsStream("canaries.yaml"))) {
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String head = yaml.substring(0, yaml.indexOf("endpoints:\n")) + "endpoints:\n";
    int tried = 0;
    int refused = 0;
    for (String line : yaml.substring(head.length()).lines().toList()) {
      for (MatchResult place : Canaries.places(line).results().toList()) {
        for (String form : List.of("text", "number", "short", "cut", "broken")) {
          String wrong = wrong(form);
          String whole = line.substring(0, place.start()) + wrong + line.substring(place.end());
          String file = file(head + canaries.filled(whole) + "\n").toString();
          Terminals.Said said = terminal().run("check", file);
          assertEquals(Set.of(), canaries.in(said.out() + said.err()), said.err());
          tried++;
          refused += said.exit() == 0 ? 0 : 1;
        }
      }
    }
    assertTrue(
        refused > 200 && refused < tried && tried > 350,
        refused + " of " + tried + " were refused");
  }

  private String wrong(String form) {
    String secret = canaries.secret("plain", form);
    return switch (form) {
      case "text" -> "«text»";
      case "plain" -> secret;
      case "number" -> "\"" + secret + ":99999\"";
      case "short" -> "\"-----BEGIN PRIVATE KEY-----\\n" + secret + "\"";
      case "cut" -> "\"" + secret + "“@”" + secret + "\"";
      case "list" -> "[" + secret + "]";
      default -> "\"" + secret; // The quote is never closed.
    };
  }

  /** A file that a slip of the finger broke where a secret stands. */
  @Test
  void aBrokenFileIsToldWithoutItsSecrets() throws IOException {
    int refused = 0;
    for (String line :
        List.of(
            "password: «",
            "password:«",
            "password «",
            "pasword: «",
            "«: password",
            "password: «: x",
            "password: «, «",
            "password: [«",
            "password: {«: «}",
            "password: '«",
            "password: |\n«",
            "password: ${«}",
            "password: ${env:«}",
            "password: ${file:«",
            "password: *«",
            "password: &« x",
            "password: !!int «",
            "password: «\n    password: «",
            "password: 1\n  - «",
            "«",
            "username: joe:«@x")) {
      String secret = canaries.secret("plain", line);
      String yaml =
          "version: 1\nendpoints:\n  - name: a\n    protocol: socks5\n    address: 192.0.2.1:1080\n"
              + "    username: joe\n    "
              + line.replace("«", secret)
              + "\n";
      Terminals.Said said = terminal().run("check", file(yaml).toString());
      assertEquals(Set.of(), canaries.in(said.out() + said.err()), line + "\n" + said.err());
      refused += said.exit() == 2 ? 1 : 0;
    }
    assertTrue(refused >= 17, "refused " + refused);
  }

  /** Proxies, resolvers and pages that tell an address, on this host: some refuse, none answers. */
  @Test
  void vantagesKeepTheirSecrets() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuseLogins(proxy));
      String text = canaries.secret("plain", "proxy");
      String yaml =
          canaries
              .filled(
                  """
                  version: 1
                  resolvers: {mine: «url»}
                  carriers:
                    refused: {via: {proxy: "socks5://joe:SECRET@127.0.0.1:PROXY"}}
                    env:     {via: {proxy: «proxy»}}
                    closed:  {via: {proxy: "socks5://joe:SECRET@127.0.0.1:1"}, egress: {https: «url»}}
                    named:   {via: direct, resolver: mine}
                    wrong:   {via: {proxy: "socks5:/joe:SECRET@127.0.0.1:1"}}
                  controls:
                    page:    {via: direct, egress: {https: «url»}}
                  endpoints:
                    - {name: a, protocol: tcp, address: "127.0.0.1:1"}
                    - {name: b, protocol: tcp, address: "nobody.invalid:1"}
                  """)
              .replace("SECRET", text)
              .replace("PROXY", Integer.toString(proxy.getLocalPort()));
      Terminals.Said wrong = terminal().run("check", file(yaml).toString());
      assertEquals(2, wrong.exit());
      said(wrong.out() + wrong.err(), "wrong");
      assertTrue(wrong.err().contains("expected socks5://"), wrong.err());
      Path file = file(yaml.replaceAll("\n +wrong:.*", ""));
      Terminals.Said check = terminal().run("check", file.toString());
      assertEquals(0, check.exit(), check.err());
      said(check.out() + check.err(), "check");
      String out = folder.resolve("out").toString();
      said(process("run", file.toString(), "--quick", "--out", out), "run");
      Terminals.Said whoami = terminal().run("whoami", file.toString());
      said(whoami.out() + whoami.err(), "whoami");
      Files.delete(file); // It holds them: they are written out in it.
      nothingWritten();
      String journal = Files.readString(Path.of(out, "results.ndjson"));
      assertTrue(journal.contains("socks_error"), journal);
    }
  }

  /** A SOCKS proxy that wants a login and takes none (RFC 1928 section 3, RFC 1929 section 2). */
  private static void refuseLogins(ServerSocket proxy) {
    while (!proxy.isClosed()) {
      try (Socket socket = proxy.accept()) {
        socket.getInputStream().readNBytes(3);
        socket.getOutputStream().write(new byte[] {5, 2});
        byte[] login = new byte[600];
        int length = socket.getInputStream().read(login);
        socket.getOutputStream().write(new byte[] {1, 1});
        socket.getOutputStream().write(login, 0, Math.max(0, length));
      } catch (IOException e) {
        // It is over.
      }
    }
  }

  /** What nobody expected: the place is told, not what exceptions say. */
  @Test
  void aCrashSaysNoSecret() {
    String secret = canaries.secret("text", "crash");
    Exception crash = new IllegalStateException(secret, new IOException("key=" + secret));
    crash.addSuppressed(new IllegalArgumentException(secret));
    for (Map<String, String> environment :
        List.of(Map.<String, String>of(), Map.of("VPNPROBE_DEBUG", "1"))) {
      StringWriter err = new StringWriter();
      Streams streams =
          new Streams(
              new PrintWriter(new StringWriter()),
              new PrintWriter(err),
              new Terminal(false, false, 80, false));
      CommandLine line = new CommandLine(new CommandLine.HelpCommand());
      int exit =
          new Failures(streams, environment)
              .handleExecutionException(crash, line, line.parseArgs());
      assertEquals(70, exit);
      assertEquals(Set.of(), canaries.in(err.toString()), err.toString());
      assertTrue(err.toString().contains("java.lang.IllegalStateException"), err.toString());
      assertEquals(
          !environment.isEmpty(), err.toString().contains("aCrashSaysNoSecret"), err.toString());
      StringWriter thread = new StringWriter();
      Failures.uncaught(crash, new PrintWriter(thread));
      assertEquals(Set.of(), canaries.in(thread.toString()));
      assertTrue(thread.toString().contains("IllegalStateException"), thread.toString());
    }
  }

  /** Arguments are seen by every user of the machine: no command takes a secret among them. */
  @Test
  void noCommandTakesASecretAsAnArgument() {
    Terminals.Said help = Terminals.pipe().run("--help");
    List<String> commands =
        help.out()
            .lines()
            .filter(l -> l.matches("  [a-z]+ +[A-Z].*"))
            .map(l -> l.strip().split(" ")[0])
            .toList();
    assertTrue(commands.containsAll(List.of("run", "check", "report", "explain")), help.out());
    for (String command : commands) {
      Terminals.Said said = Terminals.pipe().run(command, "--help");
      List<String> taking =
          said.out()
              .lines()
              .filter(l -> l.matches(".*--[a-z-]*(pass|secret|token|psk|key|login)[a-z-]*.*"))
              .toList();
      assertEquals(List.of(), taking, command);
    }
  }

  private Terminals terminal() {
    Terminals terminal = Terminals.pipe().with("VPNPROBE_DEBUG", "1");
    for (Map.Entry<String, String> variable : canaries.environment().entrySet()) {
      terminal = terminal.with(variable.getKey(), variable.getValue());
    }
    return terminal.with("XDG_STATE_HOME", folder.resolve("state").toString());
  }

  /** Every protocol, with a carrier that lets it pass and others that do not; all logs on. */
  @Test
  void aRunSaysNoSecret() throws Exception {
    Path file = file(filled("canaries.yaml"));
    String out = folder.resolve("out").toString();
    String formats = String.join(",", Formats.names());
    said(process("check", file.toString()), "check");
    String run =
        process("run", file.toString(), "--quick", "--reveal", "--out", out, "--format", formats);
    assertTrue(run.contains("\nFINE"), "no library logs: nothing is searched for");
    said(run, "run");
    nothingWritten();
    JsonNode report = new ObjectMapper().readTree(Path.of(out, "report.json").toFile());
    Map<String, Integer> states = new HashMap<>();
    for (JsonNode cell : report.get("cells")) {
      states.merge(
          cell.get("carrier").asString() + " " + cell.get("state").asString(), 1, Integer::sum);
      Terminals.Said story = Terminals.pipe().run("explain", "-v", cell.get("id").asString(), out);
      assertEquals(Set.of(), canaries.in(story.out() + story.err()));
    }
    // What was searched is what a run that reaches servers and fails says.
    assertTrue(states.getOrDefault("clean reachable", 0) >= 30, states.toString());
    assertTrue(states.getOrDefault("wrong config_error", 0) >= 8, states.toString());
    for (String format : Formats.names()) {
      Terminals.Said said = Terminals.pipe().run("report", out, "-f", format, "--reveal");
      assertEquals(Set.of(), canaries.in(said.out() + said.err()), format);
    }
  }

  private void said(String text, String command) {
    assertEquals(Set.of(), canaries.in(text), () -> command + ":\n" + text);
  }

  private void nothingWritten() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path written : files.filter(Files::isRegularFile).toList()) {
        assertEquals(
            Set.of(),
            canaries.in(Files.readString(written, StandardCharsets.ISO_8859_1)),
            written.toString());
      }
    }
  }

  /** The program in a process of its own, its libraries logging all that they can. */
  private String process(String... args) throws IOException, InterruptedException {
    Path logging =
        Files.writeString(
            folder.resolve("logging.properties"),
            """
            handlers=java.util.logging.ConsoleHandler
            .level=ALL
            java.util.logging.ConsoleHandler.level=ALL
            """);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file=" + logging,
                "-cp",
                System.getProperty("java.class.path"),
                "org.vpnprobe.cli.Main"));
    command.addAll(List.of(args));
    Path output = folder.resolve("said-" + args[0] + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(canaries.environment());
    builder.environment().put("XDG_STATE_HOME", folder.resolve("state").toString());
    builder.environment().put("VPNPROBE_DEBUG", "1");
    Process process = builder.start();
    try {
      Path proc = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      if (Files.exists(proc)) {
        assertEquals(Set.of(), canaries.in(Files.readString(proc, StandardCharsets.ISO_8859_1)));
      }
      assertTrue(process.waitFor(240, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertTrue(text.length() > 500, text);
    return text;
  }
}
