package org.vpnprobe.protocol.wireguard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.About;
import org.vpnprobe.protocol.Facts;
import org.vpnprobe.protocol.Protocol;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Trial;

/**
 * WireGuard and AmneziaWG. The response opens only for whom the server knows, and only the holder
 * of the server's key can make it: {@code authenticated} at once. A cookie reply alone is {@code
 * handshake}. {@code tunnel} is an echo from {@code target}.
 */
public final class WireGuard implements Protocol<WireGuardSettings> {
  /** REKEY_TIMEOUT (paper, 6.1). */
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** Up to so much is added at random (wireguard-go, RekeyTimeoutJitterMaxMs). */
  private static final int JITTER_MS = 334;

  /** Sends at 0, 5 and 10 s with their jitter, and as long again for the last answer. */
  private static final Duration DEADLINE = Duration.ofMillis(15_700);

  private final String name;

  private WireGuard(String name) {
    this.name = name;
  }

  /** The protocol under its own name. */
  public static WireGuard plain() {
    return new WireGuard("wireguard");
  }

  /** The same under the name that AmneziaWG users look for. */
  public static WireGuard amnezia() {
    return new WireGuard("amneziawg");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return name.equals("wireguard")
        ? "WireGuard with a key of the probe's own; preshared keys; AmneziaWG disguises"
        : "WireGuard with the disguises of AmneziaWG (jc jmin jmax s1–s4 h1–h4 i1–i5)";
  }

  @Override
  public About about() {
    String disguise = name.equals("wireguard") ? "" : "jc: 4\njmin: 40\njmax: 70\n".indent(2);
    return new About(
        "nothing",
        "tunnel",
        "one initiation (148 bytes), one keepalive; with a target echo requests: 2 to 5 datagrams",
        "the peer's endpoint moves to the probe: give it a key of its own",
        "WireGuard paper (Donenfeld 2017) section 5; amneziawg-go",
        """
        - name: berlin
          protocol: %s
          address: berlin.example.net:51820
          public_key: 8j3Qd1mJ0v1Jg3Vh1d1x5y0iV7mC3nR0sM2Hc6b1a2M=
          private_key: ${file:keys/probe.key}
        """
                .formatted(name)
            + disguise);
  }

  @Override
  public Class<WireGuardSettings> settings() {
    return WireGuardSettings.class;
  }

  @Override
  public int defaultPort() {
    return 51820;
  }

  @Override
  public Facts facts(WireGuardSettings settings) {
    return new Facts(
        Transport.UDP,
        settings.target() == null ? Depth.AUTHENTICATED : Depth.TUNNEL,
        true,
        settings.keysMissing(),
        !settings.disguise().isPlain(),
        false,
        DEADLINE,
        List.of(RETRY, RETRY.multipliedBy(2)),
        settings.privateKey() == null ? Set.of() : Set.of(fingerprint(settings.privateKey())));
  }

  /** Of the public half: the same key under two names is one key. */
  private static String fingerprint(Secret privateKey) {
    byte[] key = Noise.publicKey(WireGuardKey.of(privateKey.text()).bytes());
    return "wireguard:" + HexFormat.of().formatHex(Noise.hash(key), 0, 8);
  }

  @Override
  public Session open(WireGuardSettings settings, Trial trial) throws StepFailed {
    if (settings.keysMissing()) {
      throw new StepFailed(
          FailureKind.PROTO_NO_REPLY_UNAUTHENTICATED, "the server answers nobody without keys");
    }
    return trial.step(StepName.HANDSHAKE, () -> handshake(settings, trial));
  }

  private static Session handshake(WireGuardSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    try {
      WireGuardSession session = new Attempt(settings, trial, socket).run();
      session.keepalive();
      return session;
    } catch (StepFailed | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The initiations of one trial, and what came back. */
  private static final class Attempt {
    private final WireGuardSettings settings;
    private final Trial trial;
    private final Datagrams socket;
    private final Disguise disguise;
    private final Handshake.Keys keys;
    private final List<Handshake> sent = new ArrayList<>();
    private final List<Long> indices = new ArrayList<>();
    private byte @Nullable [] cookie;
    private int unopened;

    Attempt(WireGuardSettings settings, Trial trial, Datagrams socket) {
      this.settings = settings;
      this.trial = trial;
      this.socket = socket;
      this.disguise = settings.disguise();
      this.keys =
          new Handshake.Keys(
              WireGuardKey.of(Objects.requireNonNull(settings.privateKey()).text()).bytes(),
              Objects.requireNonNull(settings.publicKey()).bytes(),
              settings.presharedKey() == null
                  ? new byte[WireGuardKey.LENGTH]
                  : WireGuardKey.of(settings.presharedKey().text()).bytes());
    }

    WireGuardSession run() throws StepFailed {
      try {
        while (true) {
          initiate();
          WireGuardSession session = await();
          if (session != null) {
            return session;
          }
        }
      } catch (StepFailed e) {
        throw e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? silence(e) : e;
      }
    }

    /** What came instead of an answer says more than the deadline. */
    private StepFailed silence(StepFailed timeout) {
      if (unopened > 0) {
        return new StepFailed(
            FailureKind.AUTH_WRONG_SERVER_KEY,
            "the response does not open: another public_key or preshared_key than the server's");
      }
      return cookie != null
          ? new StepFailed(
              FailureKind.WG_COOKIE_REPLY, "a cookie reply came, and no answer after it")
          : timeout;
    }

    private void initiate() throws StepFailed {
      byte[] ephemeral = new byte[WireGuardKey.LENGTH];
      trial.random().nextBytes(ephemeral);
      long index = trial.random().nextInt() & 0xffffffffL;
      Handshake handshake = new Handshake(keys, ephemeral, index);
      for (byte[] datagram : disguise.before(trial.random(), trial.clock().instant())) {
        socket.send(datagram);
      }
      long type = disguise.type(Noise.INITIATION, trial.random());
      byte[] message = handshake.initiation(type, trial.clock().instant(), cookie);
      sent.add(handshake);
      indices.add(index);
      socket.send(disguise.wrap(Noise.INITIATION, message, trial.random()));
    }

    /** Waits one retry interval; null when nothing that counts came. */
    private @Nullable WireGuardSession await() throws StepFailed {
      long wait = RETRY.toNanos() + trial.random().nextInt(JITTER_MS + 1) * 1_000_000L;
      long end = System.nanoTime() + wait;
      for (long left = wait; left > 0; left = end - System.nanoTime()) {
        byte[] datagram = socket.receive(Duration.ofNanos(left));
        if (datagram == null) {
          return null;
        }
        Optional<WireGuardSession> session = response(datagram);
        if (session.isPresent()) {
          return session.get();
        }
        if (session.isEmpty() && unopened > 1) {
          throw silence(new StepFailed(FailureKind.AUTH_WRONG_SERVER_KEY, ""));
        }
        cookieReply(datagram);
      }
      return null;
    }

    private Optional<WireGuardSession> response(byte[] datagram) {
      byte[] message = disguise.unwrap(Noise.RESPONSE, Noise.RESPONSE_SIZE, datagram);
      if (message == null) {
        return Optional.empty();
      }
      for (int i = sent.size() - 1; i >= 0; i--) {
        if (!sent.get(i).isFor(message, 8)) {
          continue;
        }
        Optional<Handshake.Session> keys = sent.get(i).response(message);
        if (keys.isPresent()) {
          trial.reached(Depth.AUTHENTICATED, "the response opened with our keys");
          return Optional.of(
              new WireGuardSession(socket, keys.get(), indices.get(i), settings, trial.random()));
        }
        unopened++;
        trial.observe("wireguard_response", "does not open");
      }
      return Optional.empty();
    }

    /** The cookie goes into the next initiation, at its time: a real client does not hurry. */
    private void cookieReply(byte[] datagram) {
      byte[] message = disguise.unwrap(Noise.COOKIE_REPLY, Noise.COOKIE_REPLY_SIZE, datagram);
      if (message == null || !sent.getLast().isFor(message, 4)) {
        return;
      }
      Optional<byte[]> opened = sent.getLast().cookie(message);
      if (opened.isPresent()) {
        cookie = opened.get();
        trial.observe("wireguard_cookie_reply", "opened");
        trial.reached(Depth.HANDSHAKE, "a cookie reply sealed for our initiation");
      }
    }
  }
}
