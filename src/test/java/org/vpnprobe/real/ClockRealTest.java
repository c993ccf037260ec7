package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.engine.SetClock;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/**
 * A clock that is set in the middle of a run, or wrong all along, as the run sees it: the times of
 * a run stay right, and servers that go by the time are not blamed.
 */
@Tag("real")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClockRealTest {
  private static final double PACE = 20;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant NOW = Instant.now();
  private static final HeldCertificate CA =
      valid(new HeldCertificate.Builder().certificateAuthority(0), Duration.ofDays(1)).build();

  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable TestNet world;
  private Path home = Path.of("");
  private String obfs4 = "";

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Needs.programs("nginx", "v2ray", "tor", "obfs4proxy", "ss");
    home = directory;
    TestNet net = TestNet.with("control", "mobile");
    world = net;
    open.add(net);
    certificate("server", valid(new HeldCertificate.Builder(), Duration.ofDays(1)));
    certificate("brief", valid(new HeldCertificate.Builder(), Duration.ofMinutes(20)));
    Files.writeString(home.resolve("ca.crt"), CA.certificatePem());
    Files.writeString(
        home.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          server { listen 443 ssl; ssl_certificate %1$s/server.crt; ssl_certificate_key %1$s/server.key;
                   location / { return 200 "welcome\n"; } }
          server { listen 9443 ssl; ssl_certificate %1$s/brief.crt; ssl_certificate_key %1$s/brief.key;
                   location / { return 200 "welcome\n"; } }
          server { listen 80; location / { return 200 "welcome\n"; } }
        }
        """
            .formatted(home));
    open.add(
        Daemon.start(net.server(), home, "nginx", "-c", home + "/nginx.conf", "-p", home + "/")
            .await(
                () -> net.exec(net.server(), "ss", "-Hltn", "sport = :80").contains("LISTEN"),
                "listening nginx"));
    open.add(V2RayServers.v2ray(net, home, 7));
    TorServer tor = TorServer.start(net, home, 0);
    open.add(tor);
    obfs4 = "cert: \"" + tor.cert().text() + "\"";
  }

  /** Since so long, and for so long. */
  private static HeldCertificate.Builder valid(HeldCertificate.Builder builder, Duration span) {
    return builder.validityInterval(NOW.minus(span).toEpochMilli(), NOW.plus(span).toEpochMilli());
  }

  private void certificate(String name, HeldCertificate.Builder builder) throws IOException {
    builder.signedBy(CA);
    for (int n = 1; n <= TestNet.SERVER_ADDRESSES; n++) {
      builder.addSubjectAlternativeName(TestNet.address(n).getHostAddress());
    }
    HeldCertificate made = builder.build();
    Files.writeString(home.resolve(name + ".crt"), made.certificatePem());
    Files.writeString(home.resolve(name + ".key"), made.privateKeyPkcs8Pem());
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private String file() {
    TestNet net = Objects.requireNonNull(world);
    StringBuilder text =
        new StringBuilder(
            """
            version: 1
            carriers:
              mobile: {via: {netns: %s}}
            controls:
              control: {via: {netns: %s}}
            endpoints:
            """
                .formatted(net.client("mobile"), net.client("control")));
    for (int n = 1; n <= 4; n++) {
      text.append(entry("web-" + n, "https", n, 443, "ca: \"${file:ca.crt}\""));
    }
    text.append(entry("brief-8", "tls", 8, 9443, "ca: \"${file:ca.crt}\""));
    text.append(
        entry(
            "vmess-7",
            "vmess",
            7,
            V2RayServers.VMESS_TCP,
            "uuid: " + V2RayServers.UUID + ", target: \"http://10.90.0.1/\""));
    text.append(entry("obfs4-1", "obfs4", 1, TorServer.OBFS4, obfs4));
    return text.append(entry("web-9", "https", 9, 443, "ca: \"${file:ca.crt}\"")).toString();
  }

  private static String entry(String name, String protocol, int n, int port, String more) {
    return "  - {name: %s, protocol: %s, address: \"10.90.0.%d:%d\", %s}\n"
        .formatted(name, protocol, n, port, more);
  }

  /** An hour forward, two back, one forward, within the rounds of a suspect. */
  @Test
  void aClockThatIsSetMeanwhileChangesNothing() throws Exception {
    Objects.requireNonNull(world).interfere("mobile", "ip daddr 10.90.0.9 tcp dport 443 drop");
    SetClock wall = new SetClock(Duration.ZERO);
    List<Duration> steps = new ArrayList<>(List.of(HOUR, HOUR.multipliedBy(-2), HOUR));
    Instant begun = Instant.now();
    Verdicts verdicts =
        Verdicts.of(
            home,
            List.of(),
            file(),
            PACE,
            wall.steady(),
            m -> {
              if (m.purpose() == Purpose.COUNTED && !steps.isEmpty()) {
                wall.set(steps.removeFirst());
              }
            });
    Instant over = Instant.now();
    Objects.requireNonNull(world).interfere("mobile");
    assertEquals(List.of(), steps);
    Instant last = begun;
    for (Measurement m : verdicts.trials()) {
      assertTrue(!m.started().isBefore(begun) && !m.ended().isAfter(over), m::toString);
      if (m.cell().equals("web-9@mobile") && m.purpose() == Purpose.COUNTED) {
        Duration gap = Duration.between(last, m.started());
        assertTrue(last.equals(begun) || gap.toMillis() > 0.8 * 40_000 / PACE, gap::toString);
        last = m.started();
      }
    }
    for (Report.Cell cell : verdicts.cells().values()) {
      assertEquals(
          cell.id().equals("web-9@mobile") ? State.LIKELY_BLOCKED : State.REACHABLE,
          cell.state(),
          verdicts::failing);
    }
    assertTrue(
        verdicts.notes().stream().anyMatch(note -> note.contains("was set")),
        verdicts.notes()::toString);
  }

  /** An hour off is nothing to obfs4, whose bridge tries the hours beside its own. */
  @ParameterizedTest
  @ValueSource(ints = {-3, -1, 1, 3})
  void byAWrongClockNobodyIsBlamed(int hours) throws Exception {
    Verdicts verdicts =
        Verdicts.of(
            home, List.of(), file(), PACE, new SetClock(Duration.ofHours(hours)).steady(), m -> {});
    for (Report.Cell cell : verdicts.cells().values()) {
      boolean answers =
          cell.endpoint().startsWith("web")
              || cell.endpoint().startsWith("obfs4") && Math.abs(hours) == 1;
      assertEquals(
          answers ? "reachable.answered" : "insufficient.clock", cell.rule(), verdicts::failing);
      assertEquals(answers ? Boolean.TRUE : null, cell.asExpected());
    }
  }
}
