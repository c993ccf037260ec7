package org.vpnprobe.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The control connection of L2TP without IPsec (RFC 2661). What each depth takes:
 *
 * <ul>
 *   <li>{@code handshake}: an SCCRP, or a StopCCN, to our random tunnel id;
 *   <li>{@code authenticated}: the server's answer to our challenge verifies with the tunnel
 *       secret.
 * </ul>
 */
public final class L2tp implements Protocol<L2tp.L2tpSettings> {
  /**
   * @param secret of the tunnel; not a user's password
   * @param localName who we say we are; {@code vpnprobe} when left out
   */
  public record L2tpSettings(
      @Description("The tunnel secret, not a user's password.") @Nullable Secret secret,
      @Description("The host name that we give; vpnprobe when left out.")
          @Nullable String localName)
      implements Settings {
    public L2tpSettings {
      if (localName != null && !localName.matches("[!-~]{1,64}")) {
        throw new InvalidSetting("local_name", "expected a name of 1 to 64 ASCII letters");
      }
      if (secret != null && secret.bytes().length == 0) {
        throw new InvalidSetting("secret", "expected a secret that is not empty");
      }
    }
  }

  /** RFC 2661 section 5.8: one second at first, doubled each time. */
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(8));

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** How long the end is given to be acknowledged, before it is said once more. */
  private static final Duration GOODBYE = Duration.ofMillis(500);

  private static final int CHALLENGE_BYTES = 16;

  /** Version 1, revision 0 (section 4.4.3). */
  private static final byte[] VERSION = {1, 0};

  /** Asynchronous and synchronous framing (section 4.4.3). */
  private static final byte[] FRAMING = {0, 0, 0, 3};

  /** Result code 6 of a StopCCN: the requester is being shut down (section 4.4.2). */
  private static final byte[] SHUT_DOWN = {0, 6};

  @Override
  public String name() {
    return "l2tp";
  }

  @Override
  public String summary() {
    return "L2TP control connection on UDP 1701, without IPsec: its answer to SCCRQ";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "authenticated where the tunnel has a secret",
        "SCCRQ and StopCCN with their acknowledgement: 4 datagrams",
        "log lines; a control connection until the goodbye",
        "RFC 2661",
        """
        - {name: lns, protocol: l2tp, address: "192.0.2.17:1701"}
        """);
  }

  @Override
  public Class<L2tpSettings> settings() {
    return L2tpSettings.class;
  }

  @Override
  public int defaultPort() {
    return 1701;
  }

  @Override
  public Facts facts(L2tpSettings settings) {
    return Facts.answering(
        Transport.UDP,
        settings.secret() == null ? Depth.HANDSHAKE : Depth.AUTHENTICATED,
        DEADLINE,
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(7)));
  }

  @Override
  public Session open(L2tpSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      int ours = 1 + trial.random().nextInt(0xffff);
      byte[] challenge = new byte[CHALLENGE_BYTES];
      trial.random().nextBytes(challenge);
      L2tpMessage reply =
          trial.step(
              StepName.HANDSHAKE, () -> asked(socket, request(settings, ours, challenge), ours));
      observe(trial, reply);
      boolean opened = reply.type() == L2tpMessage.SCCRP;
      trial.reached(
          Depth.HANDSHAKE, (opened ? "an SCCRP" : "a StopCCN") + " to our random tunnel id");
      Secret secret = settings.secret();
      if (secret != null && trial.goal().atLeast(Depth.AUTHENTICATED)) {
        try {
          trial.step(StepName.AUTH, () -> verified(trial, reply, secret, challenge));
        } catch (StepFailed e) {
          stop(socket, ours, reply);
          throw e;
        }
      }
      done = true;
      return () -> {
        stop(socket, ours, reply);
        socket.close();
      };
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static byte[] request(L2tpSettings settings, int ours, byte[] challenge) {
    String name = settings.localName() == null ? "vpnprobe" : settings.localName();
    Map<Integer, byte[]> attributes = new LinkedHashMap<>();
    attributes.put(L2tpMessage.MESSAGE_TYPE, new byte[] {0, L2tpMessage.SCCRQ});
    attributes.put(L2tpMessage.VERSION, VERSION);
    attributes.put(L2tpMessage.FRAMING, FRAMING);
    attributes.put(L2tpMessage.HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
    attributes.put(L2tpMessage.TUNNEL_ID, new ByteWriter().u16(ours).toByteArray());
    if (settings.secret() != null) {
      attributes.put(L2tpMessage.CHALLENGE, challenge);
    }
    return new L2tpMessage(0, 0, 0, attributes).encode();
  }

  private static L2tpMessage asked(Datagrams socket, byte[] request, int ours) throws StepFailed {
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
            L2tpMessage reply = L2tpMessage.decode(datagram);
            if (isAnswer(reply, ours)) {
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

  /** A bare acknowledgement is none yet. */
  private static boolean isAnswer(L2tpMessage reply, int ours) {
    boolean known = reply.type() == L2tpMessage.SCCRP || reply.type() == L2tpMessage.STOP_CCN;
    return known && reply.tunnel() == ours && reply.nr() == 1;
  }

  private static void observe(Trial trial, L2tpMessage reply) {
    byte[] name = reply.value(L2tpMessage.HOST_NAME);
    if (name != null) {
      String shown = new String(name, 0, Math.min(64, name.length), StandardCharsets.ISO_8859_1);
      trial.observe("l2tp_host_name", shown);
    }
    if (reply.type() == L2tpMessage.STOP_CCN) {
      trial.observe("l2tp_stop", String.valueOf(reply.number(L2tpMessage.RESULT)));
    }
  }

  private static boolean verified(Trial trial, L2tpMessage reply, Secret secret, byte[] challenge)
      throws StepFailed {
    if (reply.type() != L2tpMessage.SCCRP) {
      throw new StepFailed(
          FailureKind.AUTH_REJECTED,
          "stop_ccn_" + reply.number(L2tpMessage.RESULT),
          "the server refused the control connection");
    }
    byte[] response = reply.value(L2tpMessage.RESPONSE);
    byte[] expected = L2tpMessage.response(L2tpMessage.SCCRP, secret.bytes(), challenge);
    if (response == null || !MessageDigest.isEqual(response, expected)) {
      throw new StepFailed(
          FailureKind.AUTH_WRONG_SERVER_KEY,
          response == null
              ? "the server has no secret for this tunnel"
              : "the server's answer to our challenge is of another secret");
    }
    trial.reached(Depth.AUTHENTICATED, "the server's answer to our challenge verified");
    return true;
  }

  /** An abandoned control connection is repeated for half a minute: say that it ends. */
  private static void stop(Datagrams socket, int ours, L2tpMessage reply) {
    int theirs = reply.number(L2tpMessage.TUNNEL_ID);
    try {
      if (reply.type() != L2tpMessage.SCCRP) {
        socket.send(new L2tpMessage(theirs, 1, reply.ns() + 1, Map.of()).encode());
        return;
      }
      Map<Integer, byte[]> attributes = new LinkedHashMap<>();
      attributes.put(L2tpMessage.MESSAGE_TYPE, new byte[] {0, L2tpMessage.STOP_CCN});
      attributes.put(L2tpMessage.TUNNEL_ID, new ByteWriter().u16(ours).toByteArray());
      attributes.put(L2tpMessage.RESULT, SHUT_DOWN);
      byte[] goodbye = new L2tpMessage(theirs, 1, reply.ns() + 1, attributes).encode();
      for (int i = 0; i < 2; i++) {
        socket.send(goodbye);
        byte[] datagram = socket.receive(GOODBYE);
        if (datagram != null && L2tpMessage.decode(datagram).nr() == 2) {
          return;
        }
      }
    } catch (StepFailed e) {
      // Whoever is gone needs no goodbye.
    }
  }
}
