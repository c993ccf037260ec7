package org.vpnprobe.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Interference;
import org.vpnprobe.model.Resolver;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.RecordedTrial;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.TunnelCheck;

/** A lab out of a file, with carriers that are one line of YAML, and what trials there record. */
@NullMarked
final class LabWorld implements AutoCloseable {
  static final Duration AMPLE = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(400);

  /**
   * Between two trials with one key, as the engine leaves it: a WireGuard server ignores an
   * initiation whose timestamp, in steps of 16.8 ms, is not newer than the last.
   */
  private static final Duration KEY_REST = Duration.ofMillis(50);

  /** Every endpoint of the world. */
  static final List<String> ALL =
      List.of(
          "tcp",
          "tls",
          "tls-8443",
          "https",
          "ikev2",
          "wireguard",
          "amneziawg",
          "openvpn",
          "openvpn-tcp");

  private static final String FILE =
      """
      version: 1
      carriers: {line: {via: {lab: {%s}}}}
      endpoints:
        - {name: tcp, protocol: tcp, address: "ssh.example.net:22"}
        - {name: tls, protocol: tls, address: "vpn.lab.example:443", ca: "${lab:lab_ca}"}
        - {name: tls-8443, protocol: tls, address: "alt.lab.example:8443", ca: "${lab:lab_ca}"}
        - {name: https, protocol: https, address: "www.lab.example:443", ca: "${lab:lab_ca}", status: 200, body: "%s"}
        - {name: ikev2, protocol: ikev2, address: "198.51.100.7:4500", psk: demo}
        - {name: wireguard, protocol: wireguard, address: "lima.example.net:51820", public_key: "${lab:wireguard_public_key}", private_key: "${lab:wireguard_client_1_private_key}", tunnel_address: [10.8.0.2/32], target: 10.8.0.1}
        - {name: amneziawg, protocol: amneziawg, address: "lima.example.net:51821", public_key: "${lab:wireguard_public_key}", private_key: "${lab:wireguard_client_2_private_key}", s1: 20}
        - {name: openvpn, protocol: openvpn, address: "tokyo.example.net:1194", ca: "${lab:lab_ca}", username: demo, password: demo}
        - {name: openvpn-tcp, protocol: openvpn, transport: tcp, address: "tokyo.example.net:443", ca: "${lab:lab_ca}", username: demo, password: demo}
        - {name: openvpn-1194-tcp, protocol: openvpn, transport: tcp, address: "tokyo.example.net:1194", ca: "${lab:lab_ca}", username: demo, password: demo}
      """;

  /** More than a flow may have before it freezes. */
  private static final String BODY = "0123456789abcdef".repeat(3000);

  private final Loaded clean = loaded("");
  private final Lab lab;

  /**
   * @param resolvers that the lab has beside the carriers' own
   */
  LabWorld(Resolver... resolvers) {
    List<LabServer> servers = new ArrayList<>();
    for (BoundEndpoint endpoint : clean.endpoints().values()) {
      servers.add(
          new LabServer(endpoint.protocol().name(), endpoint.settings(), endpoint.address()));
    }
    lab = Lab.start(servers, List.of(resolvers), 7);
  }

  private static Loaded loaded(String interference) {
    try {
      return parsed(interference);
    } catch (InvalidFile e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** The file with this carrier. */
  static Loaded parsed(String interference) throws InvalidFile {
    return ProbeFile.parse(
        "probes.yaml",
        FILE.formatted(interference, BODY),
        Options.of("test", Instant.EPOCH, "run").withLab(Lab::material).withStrict(true));
  }

  /** The carrier that a file would have with this under {@code via: {lab: {…}}}. */
  static Interference interference(String yaml) {
    Via via = Objects.requireNonNull(loaded(yaml).vantages().get("line")).via();
    return ((Via.Lab) via).interference();
  }

  Carried carrier(String yaml) {
    return carrier(yaml, null, 1);
  }

  Carried carrier(String yaml, double pace) {
    return carrier(yaml, null, pace);
  }

  Carried carrier(String yaml, @Nullable Resolver resolver, double pace) {
    return new Carried(lab.vantage("line", interference(yaml), resolver, pace));
  }

  @Override
  public void close() {
    lab.close();
  }

  /** What one trial recorded: depth reached, failure and its step. */
  record Outcome(String text, @Nullable Failure failure, RecordedTrial trial) {
    double afterMillis() {
      Duration after = Objects.requireNonNull(Objects.requireNonNull(failure).after());
      return after.toNanos() / 1e6;
    }
  }

  /** One carrier of this world. */
  final class Carried implements AutoCloseable {
    final Vantage vantage;

    private Carried(Vantage vantage) {
      this.vantage = vantage;
    }

    /** Tries an endpoint of the world as the engine does. */
    String tried(String name, Duration deadline) {
      return outcome(name, Depth.AUTHENTICATED, deadline).text();
    }

    Outcome outcome(String name, Depth goal, Duration deadline) {
      BoundEndpoint endpoint = Objects.requireNonNull(clean.endpoints().get(name));
      rest();
      try (RecordedTrial resolving = bare(deadline)) {
        InetAddress address;
        try {
          address = resolving.path().resolve(endpoint.address().host(), Family.IP4).getFirst();
        } catch (StepFailed e) {
          return failed(resolving, e);
        }
        return tried(
            endpoint, new InetSocketAddress(address, endpoint.address().port()), goal, deadline);
      }
    }

    private static void rest() {
      try {
        Thread.sleep(KEY_REST);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private Outcome tried(
        BoundEndpoint endpoint, InetSocketAddress server, Depth goal, Duration deadline) {
      try (RecordedTrial trial =
          new RecordedTrial(vantage, server, endpoint.address().host(), goal, deadline)) {
        try (Session session = open(endpoint.protocol(), endpoint.settings(), trial)) {
          if (goal == Depth.TUNNEL) {
            TunnelCheck.run(session, trial);
          }
          return new Outcome(depth(trial), null, trial);
        } catch (StepFailed e) {
          return failed(trial, e);
        }
      }
    }

    /** A trial that belongs to no endpoint. */
    RecordedTrial bare(Duration deadline) {
      return new RecordedTrial(
          vantage, new InetSocketAddress("192.0.2.1", 9), Depth.PORT, deadline);
    }

    /**
     * What comes of bytes that are sent over TCP, in these segments: {@code answered} by the server
     * (or closed), or the failure and its step.
     *
     * @param patience for the answer; a busy machine has more for what comes before
     */
    String sent(String host, int port, Duration patience, byte[]... segments) {
      try (RecordedTrial trial = bare(patience.multipliedBy(5))) {
        try {
          InetAddress address = trial.path().resolve(host, Family.IP4).getFirst();
          ByteStream stream = trial.path().tcp(new InetSocketAddress(address, port));
          return trial.step(
              StepName.HANDSHAKE,
              () -> {
                for (byte[] segment : segments) {
                  stream.write(segment);
                }
                stream.readTimeout(patience);
                stream.read(new byte[100], 0, 100);
                return "answered";
              });
        } catch (StepFailed e) {
          Failure failure = trial.trace.failure(e);
          return failure.id() + " in " + failure.step().id();
        }
      }
    }

    @Override
    public void close() {
      vantage.close();
    }
  }

  private static <S extends Settings> Session open(
      Protocol<S> protocol, Settings settings, RecordedTrial trial) throws StepFailed {
    return protocol.open(protocol.settings().cast(settings), trial);
  }

  private static Outcome failed(RecordedTrial trial, StepFailed e) {
    Failure failure = trial.trace.failure(e);
    return new Outcome(
        depth(trial) + ", " + failure.id() + " in " + failure.step().id(), failure, trial);
  }

  private static String depth(RecordedTrial trial) {
    Depth deepest = trial.deepest();
    return deepest == null ? "nothing" : deepest.id();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
