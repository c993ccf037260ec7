package org.vpnprobe.engine.exercise;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Trial;

/**
 * What comes back on a TCP connection that begins with something foreign. Observed under {@code
 * reaction}: {@code bytes closed silence}; a reset is a failure. What it means is told by the
 * control, where nobody interferes.
 */
final class Reactions {
  /** RFC 2606 section 3: reserved, and nobody's. */
  static final String HARMLESS_NAME = "www.example.com";

  /** About as many as a ClientHello or an OpenVPN reset over TCP with its TLS has. */
  private static final int LENGTH = 512;

  /** Six printable ones first exempt a flow from the rule of 2023 (reference: science.md §4.1). */
  private static final byte[] PRINTABLE = "GETAWAY1".getBytes(StandardCharsets.US_ASCII);

  private Reactions() {}

  static void toBytes(Trial trial, Variation.RawBytes raw, Duration patience) throws StepFailed {
    ByteStream stream =
        raw.samePort()
            ? trial.path().tcp(trial.server(), lastLocalPort(trial))
            : trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    trial.step(StepName.HANDSHAKE, () -> exchange(trial, stream, payload(trial, raw), patience));
  }

  /** A connection from the port of the one before it, which this trial makes itself. */
  private static int lastLocalPort(Trial trial) throws StepFailed {
    try (ByteStream before = trial.path().tcp(trial.server())) {
      return before.local().getPort();
    }
  }

  private static byte[] payload(Trial trial, Variation.RawBytes raw) {
    byte[] random = new byte[LENGTH];
    trial.random().nextBytes(random);
    // A first byte above the printable ones, and no TLS record's.
    random[0] = (byte) (0x80 | random[0]);
    return switch (raw.payload()) {
      case NONE -> new byte[0];
      case ONE_BYTE -> new byte[] {'a'};
      case RANDOM -> random;
      case PRINTABLE_FIRST -> {
        System.arraycopy(PRINTABLE, 0, random, 0, PRINTABLE.length);
        yield random;
      }
    };
  }

  static void toFlight(Trial trial, Variation.Flight flight, Duration patience) throws StepFailed {
    ByteStream stream = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    switch (flight) {
      case HTTP -> {
        String request = "GET / HTTP/1.1\r\nHost: " + HARMLESS_NAME + "\r\n\r\n";
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        trial.step(StepName.HANDSHAKE, () -> exchange(trial, stream, bytes, patience));
      }
      case TLS -> trial.step(StepName.TLS, () -> hello(trial, stream, patience));
    }
  }

  private static boolean hello(Trial trial, ByteStream stream, Duration patience)
      throws StepFailed {
    TlsClient.Offer offer =
        new TlsClient.Offer(
            HARMLESS_NAME, List.of(), Trust.of(null, null), HARMLESS_NAME, Optional.empty());
    TlsClient.Listener listener =
        new TlsClient.Listener() {
          @Override
          public void serverHello() {
            trial.observe("reaction", "bytes");
          }

          @Override
          public void observe(String key, String value) {
            trial.observe(key, value);
          }
        };
    stream.readTimeout(patience);
    try {
      TlsClient.handshake(stream, offer, listener, trial.clock()).close();
    } catch (StepFailed e) {
      react(trial, e);
    }
    return true;
  }

  private static boolean exchange(Trial trial, ByteStream stream, byte[] payload, Duration patience)
      throws StepFailed {
    try (stream) {
      if (payload.length > 0) {
        stream.write(payload);
      }
      stream.readTimeout(patience);
      int count = stream.read(new byte[1024], 0, 1024);
      trial.observe("reaction", count < 0 ? "closed" : "bytes");
    } catch (StepFailed e) {
      react(trial, e);
    }
    return true;
  }

  /** Silence and an end are reactions like others; a reset is what is looked for. */
  private static void react(Trial trial, StepFailed e) throws StepFailed {
    switch (e.kind()) {
      case GENERIC_TIMEOUT_ERROR -> trial.observe("reaction", "silence");
      case EOF_ERROR -> trial.observe("reaction", "closed");
      case CONNECTION_RESET, CONNECTION_ABORTED, INTERRUPTED -> throw e;
      default -> {
        if (e.kind().meaning() != FailureKind.Meaning.ANSWERED) {
          throw e;
        }
        trial.observe("reaction", "bytes");
      }
    }
  }
}
