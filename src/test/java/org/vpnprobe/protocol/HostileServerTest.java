package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.Example;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Trace;

/**
 * Every protocol of the registry against servers that mean harm: each trial ends within its time,
 * its traffic and its memory, with a failure of the vocabulary, and nothing is taken for an answer.
 */
@Timeout(120)
class HostileServerTest {
  private static final Duration DEADLINE = Duration.ofMillis(500);

  /** Of waiting: a trial that overlooks its deadline waits longer than this. */
  private static final Duration SLACK = Duration.ofSeconds(4);

  /** Cryptography that is under way is not broken off. */
  private static final Duration MOST_CPU = Duration.ofSeconds(4);

  /** On a busy machine what takes so much of the processor takes so many times as long. */
  private static final int MOST_LOAD = 20;

  /**
   * What the trial's own thread may allocate in all, most of it garbage at once: cryptography,
   * copies of what came (at most {@link Trace#MOST_BYTES}).
   */
  private static final long MOST_ALLOCATED = 64L << 20;

  /** Examples in a transport other than the one they show. */
  private static final List<List<String>> OTHERS =
      List.of(
          List.of("openvpn", "transport: udp", "transport: tcp"),
          List.of("dns", "(?s)transport: tls(.*)  ca: .*", "transport: udp$1"),
          List.of("dns", "(?s)transport: tls(.*)  ca: .*", "transport: tcp$1"),
          List.of("custom", "transport: tcp", "transport: udp"));

  @TempDir private static Path folder = Path.of("");
  private static List<BoundEndpoint> endpoints = List.of();
  private static @Nullable SSLContext tls;

  @BeforeAll
  static void prepare() throws Exception {
    HeldCertificate ca = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate.Builder server = new HeldCertificate.Builder().signedBy(ca);
    List<BoundEndpoint> all = new ArrayList<>();
    for (String name : Protocols.names()) {
      all.add(example(ca, List.of(name, "", "")));
    }
    for (List<String> other : OTHERS) {
      all.add(example(ca, other));
    }
    all.stream().map(e -> e.address().host()).distinct().forEach(server::addSubjectAlternativeName);
    endpoints = List.copyOf(all);
    tls = new HandshakeCertificates.Builder().heldCertificate(server.build()).build().sslContext();
  }

  private static BoundEndpoint example(HeldCertificate ca, List<String> change) throws Exception {
    return Example.of(
        change.getFirst(),
        Files.createTempDirectory(folder, change.getFirst()),
        ca.certificatePem(),
        change.get(1),
        change.get(2));
  }

  @Test
  void everyProtocolIsHere() {
    assertEquals(
        Protocols.names(),
        endpoints.stream().map(e -> e.protocol().name()).distinct().sorted().toList());
    assertTrue(streams(Transport.TCP) > 15 && streams(Transport.UDP) > 12, "both transports");
  }

  private static long streams(Transport transport) {
    return endpoints.stream().filter(e -> transport(e.protocol(), e) == transport).count();
  }

  private static <S extends Settings> Transport transport(Protocol<S> protocol, BoundEndpoint e) {
    return protocol.facts(protocol.settings().cast(e.settings())).transport();
  }

  @ParameterizedTest
  @EnumSource
  void harmsNobody(HostileServer.Manner manner) throws Exception {
    Transport transport = manner.udp() ? Transport.UDP : Transport.TCP;
    try (ServerSocket trap = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newFixedThreadPool(40)) {
      List<Future<String>> tried = new ArrayList<>();
      for (BoundEndpoint endpoint : endpoints) {
        if (transport(endpoint.protocol(), endpoint) == transport) {
          tried.add(
              threads.submit(
                  () -> harm(endpoint.protocol(), endpoint, manner, trap.getLocalPort())));
        }
      }
      List<String> harms = new ArrayList<>();
      for (Future<String> one : tried) {
        if (!one.get().isEmpty()) {
          harms.add(one.get());
        }
      }
      assertEquals(List.of(), harms);
      assertTrue(nobodyCame(trap), "somebody was led elsewhere");
    }
  }

  private static boolean nobodyCame(ServerSocket trap) throws IOException {
    trap.setSoTimeout(20);
    try {
      trap.accept().close();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  /** What went wrong, empty when nothing did. */
  private static <S extends Settings> String harm(
      Protocol<S> protocol, BoundEndpoint endpoint, HostileServer.Manner manner, int trap)
      throws IOException {
    S settings = protocol.settings().cast(endpoint.settings());
    Depth goal = protocol.facts(settings).ceiling();
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = memory.getCurrentThreadAllocatedBytes();
    long worked = memory.getCurrentThreadCpuTime();
    List<String> wrong = new ArrayList<>();
    try (HostileServer server = new HostileServer(manner, Objects.requireNonNull(tls), trap);
        RecordedTrial trial =
            new RecordedTrial(server.address(), endpoint.address().host(), goal, DEADLINE)) {
      try (Session session = protocol.open(settings, trial)) {
        if (goal == Depth.TUNNEL && !trial.reached.containsKey(Depth.TUNNEL)) {
          TunnelCheck.run(session, trial);
        }
      } catch (StepFailed e) {
        Failure failure = trial.trace.failure(e);
        if (failure.detail().length() > Trace.LONGEST_TEXT + 1) {
          wrong.add("a failure of " + failure.detail().length() + " characters");
        }
      } catch (RuntimeException | StackOverflowError e) {
        wrong.add("threw " + e);
      }
      Duration took = trial.trace.elapsed();
      Duration cpu = Duration.ofNanos(memory.getCurrentThreadCpuTime() - worked);
      if (cpu.compareTo(MOST_CPU) > 0) {
        wrong.add("worked for " + cpu);
      }
      if (took.compareTo(DEADLINE.plus(SLACK).plus(cpu.multipliedBy(MOST_LOAD))) > 0) {
        wrong.add("took " + took + " and worked for " + cpu);
      }
      Depth deepest = trial.deepest();
      if (deepest != null && deepest.atLeast(Depth.HANDSHAKE) && !truly(endpoint, manner)) {
        wrong.add("takes it for " + deepest + ": " + trial.reached.get(deepest));
      }
      long received = trial.trace.steps().stream().mapToLong(Step::received).sum();
      long sent = trial.trace.steps().stream().mapToLong(Step::sent).sum();
      // One read more than the budget ends it.
      if (received > Trace.MOST_BYTES + (1 << 17) || sent > 1 << 18) {
        wrong.add("received " + received + " bytes, sent " + sent);
      }
    }
    allocated = memory.getCurrentThreadAllocatedBytes() - allocated;
    if (allocated > MOST_ALLOCATED) {
      wrong.add("allocated " + (allocated >> 20) + " MiB");
    }
    return wrong.isEmpty() ? "" : endpoint.protocol().name() + " " + wrong;
  }

  /** Behind TLS the server has proved a trusted key: all that these two ask, or HTTP of a kind. */
  private static boolean truly(BoundEndpoint endpoint, HostileServer.Manner manner) {
    return switch (endpoint.protocol().name()) {
      case "tls" -> manner.name().startsWith("TLS_") || manner.name().startsWith("HTTP_");
      case "https" -> manner.name().startsWith("HTTP_");
      default -> false;
    };
  }
}
