package org.vpnprobe.protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A STUN binding request (RFC 8489). {@code handshake}: a response with our random transaction id:
 * a mapped address, or an error of STUN.
 */
public final class Stun implements Protocol<Stun.StunSettings> {
  /**
   * @param software what to call ourselves; DERP servers answer only {@code tailnode}
   */
  public record StunSettings(
      @Description("SOFTWARE to name; DERP servers answer only tailnode.")
          @Nullable String software)
      implements Settings {
    public StunSettings {
      if (software != null && !software.matches("[ -~]{1,127}")) {
        throw new InvalidSetting("software", "expected a name of 1 to 127 ASCII letters");
      }
    }
  }

  /** RFC 8489 section 6.2.1: RTO 500 ms, doubled each time. */
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofMillis(500),
          Duration.ofMillis(1000),
          Duration.ofMillis(2000),
          Duration.ofMillis(4000),
          Duration.ofMillis(8000));

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final int IPV4 = 1;

  @Override
  public String name() {
    return "stun";
  }

  @Override
  public String summary() {
    return "STUN binding request over UDP: also TURN servers' and DERP's STUN port";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "-",
        "a binding request and its answer: 2 datagrams",
        "none",
        "RFC 8489; tailscale derp/derper for its SOFTWARE",
        """
        - {name: relay-stun, protocol: stun, address: "192.0.2.21:3478"}
        """);
  }

  @Override
  public Class<StunSettings> settings() {
    return StunSettings.class;
  }

  @Override
  public int defaultPort() {
    return 3478;
  }

  @Override
  public Facts facts(StunSettings settings) {
    return Facts.answering(
        Transport.UDP,
        Depth.HANDSHAKE,
        DEADLINE,
        List.of(
            Duration.ofMillis(500),
            Duration.ofMillis(1500),
            Duration.ofMillis(3500),
            Duration.ofMillis(7500)));
  }

  @Override
  public Session open(StunSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      StunMessage reply = trial.step(StepName.HANDSHAKE, () -> asked(settings, trial, socket));
      boolean mapped = reply.type() == StunMessage.SUCCESS;
      if (mapped) {
        trial.observe("stun_nat", String.valueOf(!isOurs(reply, socket.local())));
      } else {
        trial.observe("stun_error", errorCode(reply));
      }
      trial.reached(
          Depth.HANDSHAKE,
          (mapped ? "a mapped address" : "an error of STUN") + " under our transaction id");
      done = true;
      return socket::close;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static StunMessage asked(StunSettings settings, Trial trial, Datagrams socket)
      throws StepFailed {
    byte[] transaction = new byte[StunMessage.TRANSACTION];
    trial.random().nextBytes(transaction);
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    if (settings.software() != null) {
      attributes.put(StunMessage.SOFTWARE, StunMessage.software(settings.software()));
    }
    byte[] request = new StunMessage(StunMessage.REQUEST, transaction, attributes).encode();
    StepFailed strange = null;
    try {
      for (Duration wait : WAITS) {
        socket.send(request);
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
          byte[] datagram = socket.receive(Duration.ofNanos(left));
          if (datagram == null) {
            break;
          }
          try {
            StunMessage reply = StunMessage.decode(datagram);
            if (isAnswer(reply, transaction)) {
              return reply;
            }
          } catch (StepFailed e) {
            strange = e; // Anyone can send a datagram: the right one may still come.
          }
        }
      }
    } catch (StepFailed e) {
      throw strange != null && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? strange : e;
    }
    throw strange != null
        ? strange
        : new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the server did not answer");
  }

  private static boolean isAnswer(StunMessage reply, byte[] transaction) {
    return Arrays.equals(reply.transaction(), transaction)
        && switch (reply.type()) {
          case StunMessage.SUCCESS ->
              reply.attributes().containsKey(StunMessage.XOR_MAPPED_ADDRESS)
                  || reply.attributes().containsKey(StunMessage.MAPPED_ADDRESS);
          case StunMessage.ERROR -> reply.attributes().containsKey(StunMessage.ERROR_CODE);
          default -> false;
        };
  }

  /** Our own address as the server has to write it when there is no NAT (section 14.2). */
  private static boolean isOurs(StunMessage reply, InetSocketAddress local) {
    byte[] key = new ByteWriter().u32(StunMessage.MAGIC).bytes(reply.transaction()).toByteArray();
    byte[] address = local.getAddress().getAddress();
    for (int i = 0; i < address.length; i++) {
      address[i] ^= key[i];
    }
    byte[] expected =
        new ByteWriter()
            .u8(0)
            .u8(address.length == 4 ? IPV4 : IPV4 + 1)
            .u16(local.getPort() ^ StunMessage.MAGIC >>> 16)
            .bytes(address)
            .toByteArray();
    return Arrays.equals(expected, reply.attributes().get(StunMessage.XOR_MAPPED_ADDRESS));
  }

  /** Class and number (section 14.8). */
  private static String errorCode(StunMessage reply) {
    byte[] value = reply.attributes().get(StunMessage.ERROR_CODE);
    return value == null || value.length < 4
        ? "?"
        : String.valueOf((value[2] & 7) * 100 + Math.min(value[3] & 0xff, 99));
  }
}
