package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.layer.Icmp;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Path;
import org.vpnprobe.net.PathFacts;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.Tunnel;

/** What a trial leaves behind, however its protocol ends. The path is a real one, on loopback. */
@Timeout(30)
class LocalStationTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Turn FREE = server -> false;

  record Told(String secret) implements Settings {}

  /** Opens as the test says. */
  @FunctionalInterface
  interface Opening {
    Session open(Told settings, Trial trial) throws StepFailed;
  }

  private record Scripted(Opening opening) implements Protocol<Told> {
    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public String summary() {
      return "";
    }

    @Override
    public org.vpnprobe.protocol.About about() {
      return new org.vpnprobe.protocol.About("", "", "", "", "", "");
    }

    @Override
    public Class<Told> settings() {
      return Told.class;
    }

    @Override
    public int defaultPort() {
      return 0;
    }

    @Override
    public Facts facts(Told settings) {
      return Facts.answering(Transport.TCP, Depth.TUNNEL, DEADLINE, List.of());
    }

    @Override
    public Session open(Told settings, Trial trial) throws StepFailed {
      return opening.open(settings, trial);
    }
  }

  private static LocalStation station(Vantage vantage, Opening opening) {
    BoundEndpoint endpoint =
        new BoundEndpoint(
            "e",
            new Scripted(opening),
            new HostPort("127.0.0.1", 443),
            new Told("everywhere"),
            Map.of("line", new Told("of the line")));
    return new LocalStation(vantage, Map.of("e", endpoint), Clock.systemUTC(), new Random(1));
  }

  private static Measurement measure(Depth goal, Opening opening) {
    return measure(Draft.order("e", goal, DEADLINE), opening);
  }

  private static Measurement measure(TrialOrder order, Opening opening) {
    try (LocalStation station = station(Vantages.direct(), opening)) {
      return station.measure(order, FREE);
    }
  }

  private static Failure failure(Measurement m) {
    assertNotNull(m.failure());
    assertFalse(m.succeeded());
    return m.failure();
  }

  private static Session answered(Trial trial) throws StepFailed {
    return trial.step(
        StepName.HANDSHAKE,
        () -> {
          trial.observe("server", "kind");
          trial.reached(Depth.HANDSHAKE, "said hello");
          return () -> {};
        });
  }

  @Test
  void anAnswerIsRecordedWithWhatProvedIt() {
    Measurement m = measure(Depth.HANDSHAKE, (settings, trial) -> answered(trial));
    assertTrue(m.succeeded());
    assertEquals("e@line#screening.0.1", m.id());
    assertEquals(Depth.HANDSHAKE, m.reached());
    assertEquals("said hello", m.proof());
    assertEquals("127.0.0.1:443", m.address());
    assertEquals(DEADLINE, m.deadline());
    assertEquals(
        List.of(StepName.RESOLVE, StepName.HANDSHAKE),
        m.steps().stream().map(step -> step.name()).toList());
    assertEquals(m.steps().getLast().took(), m.latency());
    assertEquals("server", m.observations().getLast().key());
  }

  @Test
  void aTrialHasTheSettingsOfItsVantageAndTheAddressOfItsRound() {
    List<String> seen = new ArrayList<>();
    InetAddress other = InetAddress.ofLiteral("127.0.0.9");
    TrialOrder round = Draft.order("e", Depth.PORT, DEADLINE, other);
    TrialOrder control =
        new TrialOrder(
            "id",
            round.cell(),
            "e@line",
            org.vpnprobe.model.Purpose.CONTROL_BEFORE,
            3,
            other,
            Depth.PORT,
            DEADLINE);
    Opening opening =
        (settings, trial) -> {
          seen.add(settings.secret() + " " + trial.server() + " " + trial.host());
          trial.reached(Depth.PORT, "");
          return () -> {};
        };
    Measurement m = measure(control, opening);
    assertEquals(List.of("of the line /127.0.0.9:443 127.0.0.1"), seen);
    assertEquals("e@line", m.serves());
    assertEquals(3, m.round());
    assertEquals("127.0.0.9:443", m.address());
  }

  @Test
  void aFailureBelongsToItsStepAndDepthsReachedStand() {
    Measurement m =
        measure(
            Depth.AUTHENTICATED,
            (settings, trial) -> {
              Session session = answered(trial);
              trial.step(
                  StepName.AUTH,
                  () -> {
                    throw new StepFailed(FailureKind.AUTH_REJECTED, "7", "refused");
                  });
              return session;
            });
    assertEquals("auth_rejected:7", failure(m).id());
    assertEquals(StepName.AUTH, failure(m).step());
    assertEquals(Depth.HANDSHAKE, m.reached());
    assertNull(m.latency());
  }

  @Test
  void whatNobodyExpectedIsOurFaultAndTellsNothing() {
    Measurement m =
        measure(
            Depth.PORT,
            (settings, trial) -> {
              throw new IllegalStateException(settings.secret());
            });
    assertEquals(FailureKind.INSTRUMENT_ERROR, failure(m).kind());
    assertEquals("java.lang.IllegalStateException", failure(m).detail());
    assertFalse(m.toString().contains("of the line"));
  }

  @Test
  void aParserWithoutEndIsOurFaultToo() {
    Measurement m = measure(Depth.PORT, (settings, trial) -> endless(trial));
    assertEquals("java.lang.StackOverflowError", failure(m).detail());
  }

  private static Session endless(Trial trial) {
    return trial.goal() == Depth.TUNNEL ? () -> {} : endless(trial);
  }

  @Test
  void settingsThatCannotWorkAreTheUsers() {
    Measurement m =
        measure(
            Depth.PORT,
            (settings, trial) -> {
              throw new InvalidSetting("key", "a key and its certificate do not match");
            });
    assertEquals(FailureKind.CONFIG_ERROR, failure(m).kind());
    assertTrue(failure(m).detail().contains("do not match"));
  }

  @Test
  void aHandshakeThatProvesTooLittleIsNoSuccess() {
    Measurement m = measure(Depth.AUTHENTICATED, (settings, trial) -> answered(trial));
    assertEquals(FailureKind.INSTRUMENT_ERROR, failure(m).kind());
    assertEquals(Depth.HANDSHAKE, m.reached());
  }

  @Test
  void aGoodbyeThatGoesWrongTakesNothingBack() {
    Measurement m =
        measure(
            Depth.HANDSHAKE,
            (settings, trial) -> {
              answered(trial);
              return () -> {
                throw new IllegalStateException();
              };
            });
    assertTrue(m.succeeded());
    assertEquals("goodbye_error", m.observations().getLast().key());
  }

  /** A tunnel to a host that answers every echo request, or none. */
  private static Session tunnel(boolean answers) {
    InetAddress source = InetAddress.ofLiteral("10.8.0.2");
    InetAddress target = InetAddress.ofLiteral("10.8.0.1");
    List<byte[]> inside = new ArrayList<>();
    Tunnel.PacketTunnel packets =
        new Tunnel.PacketTunnel() {
          @Override
          public InetAddress source() {
            return source;
          }

          @Override
          public InetAddress target() {
            return target;
          }

          @Override
          public void send(byte[] packet) {
            Icmp.Echo echo = Icmp.parse(packet).orElseThrow();
            inside.add(
                Icmp.packet(
                    new Icmp.Echo(
                        target, source, false, echo.id(), echo.sequence(), echo.payload())));
          }

          @Override
          public byte @Nullable [] receive(Duration wait) throws StepFailed {
            if (answers) {
              return inside.removeFirst();
            }
            throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the trial's time is over");
          }
        };
    return new Session() {
      @Override
      public Optional<Tunnel> tunnel() {
        return Optional.of(packets);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void theDepthOfATunnelIsProvedByAnEcho() {
    Measurement m = measure(Depth.TUNNEL, (settings, trial) -> tunnel(true));
    assertTrue(m.succeeded(), m.toString());
    assertEquals(StepName.TUNNEL, m.steps().getLast().name());
    Measurement silent = measure(Depth.TUNNEL, (settings, trial) -> tunnel(false));
    assertEquals(StepName.TUNNEL, failure(silent).step());
    assertTrue(
        measure(
                Depth.PORT,
                (settings, trial) -> {
                  trial.reached(Depth.PORT, "");
                  return tunnel(false);
                })
            .succeeded(),
        "who asked for less is not sent through it");
  }

  /** A peer that opens and says nothing; its backlog accepts for it. */
  @Test
  void theDeadlineHolds() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, LOOPBACK)) {
      Measurement m =
          measure(
              Draft.order("e", Depth.HANDSHAKE, Duration.ofMillis(1500)),
              (settings, trial) ->
                  trial.step(
                      StepName.HANDSHAKE,
                      () -> {
                        ByteStream stream =
                            trial
                                .path()
                                .tcp(new InetSocketAddress(LOOPBACK, silent.getLocalPort()));
                        stream.read(new byte[1], 0, 1);
                        return stream::close;
                      }));
      assertEquals(FailureKind.GENERIC_TIMEOUT_ERROR, failure(m).kind());
      assertEquals(StepName.HANDSHAKE, failure(m).step());
    }
  }

  @Test
  void aTrialThatWaitedForItsServerBeginsAgain() {
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger opened = new AtomicInteger();
    Turn occupied = server -> taken.incrementAndGet() == 1;
    try (LocalStation station =
        station(
            Vantages.direct(),
            (settings, trial) -> {
              opened.incrementAndGet();
              return answered(trial);
            })) {
      Measurement m = station.measure(Draft.order("e", Depth.HANDSHAKE, DEADLINE), occupied);
      assertTrue(m.succeeded());
      assertEquals(1, m.steps().stream().filter(s -> s.name() == StepName.RESOLVE).count());
    }
    assertEquals(1, taken.get());
    assertEquals(1, opened.get());
  }

  @Test
  void whoIsInterruptedWhileWaitingWasNotThere() {
    Turn interrupted =
        server -> {
          throw new InterruptedException();
        };
    try (LocalStation station = station(Vantages.direct(), (settings, trial) -> () -> {})) {
      Measurement m = station.measure(Draft.order("e", Depth.PORT, DEADLINE), interrupted);
      assertEquals(FailureKind.INTERRUPTED, failure(m).kind());
    }
  }

  /** A standing place that is not there. */
  private record Nowhere() implements Vantage {
    @Override
    public PathFacts facts() {
      return new PathFacts("interface", true, true, true, "host");
    }

    @Override
    public Path path(Trace trace) {
      throw new AssertionError("nothing may be sent");
    }

    @Override
    public Optional<String> preflight() {
      return Optional.of("there is no interface wwan0");
    }

    @Override
    public void close() {}
  }

  @Test
  void aPlaceThatCannotBeUsedSendsNothing() {
    try (LocalStation station = station(new Nowhere(), (settings, trial) -> () -> {})) {
      Measurement m = station.measure(Draft.order("e", Depth.PORT, DEADLINE), FREE);
      assertEquals(FailureKind.VANTAGE_ERROR, failure(m).kind());
      assertEquals("there is no interface wwan0", failure(m).detail());
      assertNull(m.address());
    }
  }
}
