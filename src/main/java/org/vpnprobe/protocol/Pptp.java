package org.vpnprobe.protocol;

import java.time.Duration;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The control connection of PPTP (RFC 2637). Its data go over GRE, which needs raw sockets: they
 * are not tested, and a carrier that drops GRE alone is not seen. {@code handshake}: a
 * Start-Control-Connection-Reply, and an Echo-Reply with our random identifier.
 */
public final class Pptp implements Protocol<Pptp.PptpSettings> {
  /** There is nothing to set. */
  public record PptpSettings() implements Settings {}

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** How long the end is given to be answered. */
  private static final Duration GOODBYE = Duration.ofMillis(500);

  /** RFC 2637 section 1.4 and 2: what every control message begins with. */
  private static final long MAGIC = 0x1a2b3c4dL;

  private static final int CONTROL = 1;

  /** Control message types (section 2). */
  private static final int START_REQUEST = 1;

  private static final int START_REPLY = 2;
  private static final int STOP_REQUEST = 3;
  private static final int ECHO_REQUEST = 5;
  private static final int ECHO_REPLY = 6;

  private static final int START_LENGTH = 156;
  private static final int ECHO_REPLY_LENGTH = 20;
  private static final int VERSION = 0x0100;
  private static final int NAME = 64;

  /** Result code of a start or an echo: successful (sections 2.2, 2.6). */
  private static final int SUCCESSFUL = 1;

  /**
   * What a server says to the start of a control connection (section 2.2).
   *
   * @param result 1 for success
   * @param host and {@code vendor} as it names itself
   */
  public record Started(int result, String host, String vendor) {}

  @Override
  public String name() {
    return "pptp";
  }

  @Override
  public String summary() {
    return "PPTP control connection on TCP 1723; its GRE data are not tested";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "-",
        "TCP, start, echo and stop of the control connection: about 11 packets",
        "log lines; a control process until the goodbye",
        "RFC 2637 section 2",
        """
        - {name: old-server, protocol: pptp, address: "192.0.2.18:1723"}
        """);
  }

  @Override
  public Class<PptpSettings> settings() {
    return PptpSettings.class;
  }

  @Override
  public int defaultPort() {
    return 1723;
  }

  @Override
  public Facts facts(PptpSettings settings) {
    return Facts.answering(Transport.TCP, Depth.HANDSHAKE, DEADLINE, Tcp.REPEATS);
  }

  @Override
  public Session open(PptpSettings settings, Trial trial) throws StepFailed {
    ByteStream stream = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return stream::close;
    }
    boolean done = false;
    try {
      trial.step(StepName.HANDSHAKE, () -> control(stream, trial));
      done = true;
      return () -> stop(stream);
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  private static Started control(ByteStream stream, Trial trial) throws StepFailed {
    stream.write(startRequest());
    Started started = startReply(stream.readFully(START_LENGTH));
    trial.observe("pptp_host", started.host());
    trial.observe("pptp_vendor", started.vendor());
    trial.observe("pptp_result", String.valueOf(started.result()));
    if (started.result() != SUCCESSFUL) {
      throw new StepFailed(
          FailureKind.AUTH_REJECTED,
          "result_" + started.result(),
          "the server refused the control connection");
    }
    long identifier = trial.random().nextInt() & 0xffffffffL;
    stream.write(head(16, ECHO_REQUEST).u32(identifier).toByteArray());
    echoReply(stream.readFully(ECHO_REPLY_LENGTH), identifier);
    trial.reached(Depth.HANDSHAKE, "a control connection, and our identifier echoed in it");
    return started;
  }

  private static ByteWriter head(int length, int type) {
    return new ByteWriter().u16(length).u16(CONTROL).u32(MAGIC).u16(type).u16(0);
  }

  private static byte[] startRequest() {
    return head(START_LENGTH, START_REQUEST)
        .u16(VERSION)
        .u16(0)
        .u32(3) // Asynchronous and synchronous framing.
        .u32(3) // Analogue and digital access.
        .u16(0)
        .u16(0)
        .zeros(NAME)
        .zeros(NAME)
        .toByteArray();
  }

  /** Reads the answer to a start. */
  public static Started startReply(byte[] message) throws StepFailed {
    ByteReader in = body(message, START_LENGTH, START_REPLY);
    in.skip(2);
    int result = in.u8();
    in.skip(1 + 4 + 4 + 2 + 2);
    return new Started(result, text(in.ascii(NAME)), text(in.ascii(NAME)));
  }

  /** Reads the answer to an echo with this identifier. */
  public static void echoReply(byte[] message, long identifier) throws StepFailed {
    ByteReader in = body(message, ECHO_REPLY_LENGTH, ECHO_REPLY);
    if (in.u32() != identifier) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server echoed another identifier than ours");
    }
  }

  private static ByteReader body(byte[] message, int length, int type) throws StepFailed {
    ByteReader in = new ByteReader(message);
    boolean fits =
        in.u16() == length && in.u16() == CONTROL && in.u32() == MAGIC && in.u16() == type;
    if (!fits) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is not the one of a PPTP server");
    }
    in.skip(2);
    return in;
  }

  private static String text(String padded) {
    int end = padded.indexOf('\0');
    String text = end < 0 ? padded : padded.substring(0, end);
    return text.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private static void stop(ByteStream stream) {
    try {
      stream.write(head(16, STOP_REQUEST).u8(1).zeros(3).toByteArray());
      stream.readTimeout(GOODBYE);
      stream.readFully(16);
    } catch (StepFailed e) {
      // Whoever is gone needs no goodbye.
    }
    stream.close();
  }
}
