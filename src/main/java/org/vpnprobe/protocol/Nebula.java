package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A Nebula node, asked without a certificate of its network: data for a tunnel that it does not
 * know is answered by a RecvError (unless {@code listen.send_recv_error} forbids it). {@code
 * handshake}: a RecvError with our random index.
 */
public final class Nebula implements Protocol<Nebula.NebulaSettings> {
  /** There is nothing to set. */
  public record NebulaSettings() implements Settings {}

  /** Nebula's own handshake timer: tries after 100 ms, each later by as much more. */
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofMillis(1000),
          Duration.ofMillis(2000),
          Duration.ofMillis(3000),
          Duration.ofMillis(4000));

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Version 1 with the types message and recvError (slackhq/nebula header/header.go). */
  private static final int MESSAGE = 0x11;

  private static final int RECV_ERROR = 0x12;
  private static final int HEADER = 16;

  @Override
  public String name() {
    return "nebula";
  }

  @Override
  public String summary() {
    return "Nebula node's error for a tunnel that it does not know, without a certificate";
  }

  @Override
  public About about() {
    return new About(
        "handshake; nothing where send_recv_error is never, or private",
        "-",
        "one header of 16 bytes and its answer: 2 datagrams",
        "none; a line in a debug log",
        "slackhq/nebula header/header.go, outside.go",
        """
        - {name: lighthouse, protocol: nebula, address: "192.0.2.22:4242"}
        """);
  }

  @Override
  public Class<NebulaSettings> settings() {
    return NebulaSettings.class;
  }

  @Override
  public int defaultPort() {
    return 4242;
  }

  /** Silent, since many nodes are set up so: that nothing comes says nothing by itself. */
  @Override
  public Facts facts(NebulaSettings settings) {
    return new Facts(
        Transport.UDP,
        Depth.HANDSHAKE,
        true,
        false,
        false,
        false,
        DEADLINE,
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(6)),
        Set.of());
  }

  @Override
  public Session open(NebulaSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      long index = trial.random().nextInt() & 0xffffffffL;
      trial.step(StepName.HANDSHAKE, () -> asked(socket, index));
      trial.reached(Depth.HANDSHAKE, "a RecvError with our random index");
      done = true;
      return socket::close;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static boolean asked(Datagrams socket, long index) throws StepFailed {
    byte[] request = new ByteWriter().u8(MESSAGE).u8(0).u16(0).u32(index).u64(1).toByteArray();
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
            recvError(datagram, index);
            return true;
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
        : new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the node did not answer");
  }

  /** Reads a RecvError for this index. */
  static void recvError(byte[] datagram, long index) throws StepFailed {
    ByteReader in = new ByteReader(datagram);
    boolean fits = datagram.length == HEADER && in.u8() == RECV_ERROR && in.u24() == 0;
    if (!fits || in.u32() != index) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is no error of Nebula for our index");
    }
  }
}
