package org.vpnprobe.layer.tor;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.layer.TlsStream;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The link handshake with a relay's OR port, over any stream: TLS, then VERSIONS, CERTS,
 * AUTH_CHALLENGE and NETINFO. We stay anonymous, as clients do.
 */
public final class OrLink {
  /** Is told what was seen: {@code tls_version tls_cipher tor_link_version …}. */
  @FunctionalInterface
  public interface Observer {
    void observe(String key, String value);
  }

  /** As tor 0.4.9 offers them. */
  private static final List<Integer> OFFERED = List.of(3, 4, 5);

  /** A server that sends more before its NETINFO has no end; padding is allowed among it. */
  private static final int MOST_CELLS = 32;

  private static final int IP4 = 4;
  private static final int IP6 = 6;
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  private final TlsStream stream;
  private final Runnable answered;
  private final Observer observer;
  private final Clock clock;
  private int circuitLength = Cell.SHORT_CIRCUIT;

  private OrLink(TlsStream stream, Runnable answered, Observer observer, Clock clock) {
    this.stream = stream;
    this.answered = answered;
    this.observer = observer;
    this.clock = clock;
  }

  /**
   * The TLS handshake, with a random server name as tor's. It proves nothing yet: the certificate's
   * meaning stands in the CERTS cell.
   *
   * @param wire is closed when the handshake fails
   * @throws StepFailed as {@link TlsClient#handshake}
   */
  public static TlsStream tls(
      ByteStream wire, Observer observer, Clock clock, RandomGenerator random) throws StepFailed {
    TlsClient.Listener inner =
        new TlsClient.Listener() {
          @Override
          public void serverHello() {
            // Any TLS server says so much.
          }

          @Override
          public void observe(String key, String value) {
            observer.observe(key, value);
          }
        };
    TlsClient.Offer offer =
        new TlsClient.Offer(
            serverName(random), List.of(), Trust.provedLater(), null, Optional.empty());
    return TlsClient.handshake(wire, offer, inner, clock);
  }

  /** crypto_random_hostname(4, 25, "www.", ".com") of tor. */
  private static String serverName(RandomGenerator random) {
    StringBuilder name = new StringBuilder("www.");
    for (int left = random.nextInt(4, 26); left > 0; left--) {
      name.append(BASE32.charAt(random.nextInt(BASE32.length())));
    }
    return name.append(".com").toString();
  }

  /**
   * The cells. When it returns, the chain in CERTS holds: from both identities of the returned
   * relay to the TLS certificate that was shown.
   *
   * @param stream as {@link #tls} opened it; stays open
   * @param answered runs when a VERSIONS cell with a version of ours and certificates that can be
   *     read have come
   * @throws StepFailed {@code proto_unexpected_reply} when no relay answers, {@code
   *     proto_malformed_reply}, {@code ssl_wrong_pin} or {@code ssl_invalid_certificate} when the
   *     chain does not hold, and the failures of the stream
   */
  public static RelayIdentity handshake(
      TlsStream stream, Runnable answered, Observer observer, Clock clock) throws StepFailed {
    return new OrLink(stream, answered, observer, clock).run();
  }

  private RelayIdentity run() throws StepFailed {
    ByteWriter versions = new ByteWriter();
    OFFERED.forEach(versions::u16);
    send(Cell.VERSIONS, versions.toByteArray());
    int version = agreed(Cell.readVersions(stream).payload());
    observer.observe("tor_link_version", Integer.toString(version));
    circuitLength = Cell.circuitLength(version);
    RelayIdentity relay = introduction();
    send(Cell.NETINFO, netinfo());
    return relay;
  }

  /** tor-spec, "Negotiating versions": the highest that both have. */
  static int agreed(byte[] versions) throws StepFailed {
    ByteReader in = new ByteReader(versions);
    int best = 0;
    while (in.hasRemaining()) {
      int version = in.u16();
      if (OFFERED.contains(version)) {
        best = Math.max(best, version);
      }
    }
    if (best == 0) {
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY,
          "versions",
          "the relay speaks none of the link protocols 3, 4 and 5");
    }
    return best;
  }

  private RelayIdentity introduction() throws StepFailed {
    RelayIdentity relay = null;
    for (int cells = 0; cells < MOST_CELLS; cells++) {
      Cell cell = Cell.read(stream, circuitLength);
      switch (cell.command()) {
        case Cell.PADDING, Cell.VPADDING -> {}
        case Cell.CERTS -> relay = certificates(cell, relay);
        case Cell.AUTH_CHALLENGE -> checkChallenge(cell.payload());
        case Cell.NETINFO -> {
          if (relay == null) {
            throw unexpected("a NETINFO cell came before the certificates");
          }
          clockOffset(cell.payload());
          return relay;
        }
        default -> throw unexpected("a cell with command " + cell.command());
      }
    }
    throw unexpected("no NETINFO among " + MOST_CELLS + " cells");
  }

  private RelayIdentity certificates(Cell cell, @Nullable RelayIdentity before) throws StepFailed {
    if (before != null) {
      throw unexpected("a second CERTS cell");
    }
    RelayCertificates certificates = RelayCertificates.parse(cell.payload());
    answered.run();
    RelayIdentity relay = certificates.verify(stream.certificate(), clock);
    observer.observe("tor_fingerprint", relay.fingerprint().toString());
    observer.observe("tor_ed25519_id", relay.ed25519().toString());
    return relay;
  }

  /** tor-spec, "AUTH_CHALLENGE cells": 32 bytes, then methods of 2 bytes each. */
  static void checkChallenge(byte[] payload) throws StepFailed {
    ByteReader in = new ByteReader(payload);
    in.skip(32);
    in.skip(2 * in.u16());
  }

  /** tor-spec, "NETINFO cells": the sender's time, then addresses that we do not use. */
  private void clockOffset(byte[] payload) throws StepFailed {
    long theirs = readNetinfo(payload);
    if (theirs != 0) {
      observer.observe("tor_clock_offset_s", Long.toString(theirs - clock.millis() / 1000));
    }
  }

  /** Checks a NETINFO cell and returns its time, 0 for none. */
  static long readNetinfo(byte[] payload) throws StepFailed {
    ByteReader in = new ByteReader(payload);
    long time = in.u32();
    in.skip(1);
    in.skip(in.u8());
    for (int left = in.u8(); left > 0; left--) {
      in.skip(1);
      in.skip(in.u8());
    }
    return time;
  }

  /** "Initiators SHOULD set their timestamp to 0", and clients tell no addresses of their own. */
  private byte[] netinfo() {
    InetAddress server = stream.remote().getAddress();
    byte[] address = server.getAddress();
    return new ByteWriter()
        .u32(0)
        .u8(address.length == 4 ? IP4 : IP6)
        .u8(address.length)
        .bytes(address)
        .u8(0)
        .toByteArray();
  }

  private void send(int command, byte[] payload) throws StepFailed {
    stream.write(new Cell(0, command, payload).encode(circuitLength));
  }

  private static StepFailed unexpected(String what) {
    return new StepFailed(
        FailureKind.PROTO_MALFORMED_REPLY, "the relay broke the handshake: " + what);
  }
}
