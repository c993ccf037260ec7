package org.vpnprobe.layer.tor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Cells and certificates of a real link: those that Debian's tor 0.4.9.11 sent on 26 November 2026,
 * whole and with everything in them that can be wrong.
 */
class OrLinkTest {
  private static final Clock THEN =
      Clock.fixed(Instant.parse("2026-11-26T16:00:00Z"), ZoneOffset.UTC);
  private static final int FUZZ = 20_000;

  private static byte[] captured(String name) {
    try {
      return HexFormat.of()
          .parseHex(
              Files.readString(
                      Path.of("src/test/resources/org/vpnprobe/layer/tor/" + name + ".hex"))
                  .replaceAll("\\s", ""));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate tls() throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(captured("tls-certificate")));
  }

  private static String verified(byte[] certs, Clock clock) throws Exception {
    return verified(certs, tls(), clock);
  }

  private static String verified(byte[] certs, X509Certificate tls, Clock clock) {
    try {
      return RelayCertificates.parse(certs).verify(tls, clock).fingerprint().toString();
    } catch (StepFailed e) {
      return e.kind().id() + ": " + e.detail();
    }
  }

  @Test
  void aRealRelaysCertificates() throws Exception {
    RelayIdentity relay = RelayCertificates.parse(captured("certs")).verify(tls(), THEN);
    assertEquals(FINGERPRINT, relay.fingerprint().toString());
    assertEquals(ED25519, relay.ed25519().toString());
    assertTrue(relay.matches(RelayFingerprint.of(FINGERPRINT), RelayEd25519.of(ED25519)));
  }

  private static final String FINGERPRINT = "8FB7942D3310BA8BA87D75D09E7FF65C98ACCE12";
  private static final String ED25519 = "wtJ7tfCqX7PIVYtOWYEHBq3VHcrWlpIl0NUkZB2Xpho";

  /** The cell without what nobody needs today (type 1, the TLS certificate signed by RSA). */
  private static byte[] needed() {
    byte[] certs = captured("certs");
    ByteWriter entries = new ByteWriter();
    int count = 0;
    for (int at = 1; at < certs.length; ) {
      int end = at + 3 + ((certs[at + 1] & 0xff) << 8 | certs[at + 2] & 0xff);
      if (List.of(2, 4, 5, 7).contains((int) certs[at])) {
        entries.bytes(Arrays.copyOfRange(certs, at, end));
        count++;
      }
      at = end;
    }
    assertEquals(4, count);
    return new ByteWriter().u8(count).bytes(entries.toByteArray()).toByteArray();
  }

  /** Every byte of it counts: bent, it is malformed, or something does not hold any more. */
  @Test
  void noByteMayBeAnother() throws Exception {
    byte[] certs = needed();
    X509Certificate tls = tls();
    for (int i = 0; i < certs.length; i++) {
      byte[] bent = certs.clone();
      bent[i] ^= 0x10;
      String said = verified(bent, tls, THEN);
      assertTrue(
          said.startsWith("proto_malformed_reply")
              || said.startsWith("ssl_invalid_certificate")
              || said.startsWith("ssl_wrong_pin"),
          "byte " + i + ": " + said);
    }
  }

  @Test
  void timeGoesBy() throws Exception {
    assertEquals(
        "ssl_invalid_certificate: a certificate of the relay has expired",
        verified(captured("certs"), Clock.offset(THEN, Duration.ofDays(400))));
    assertEquals(
        "ssl_invalid_certificate: the certificate of the RSA identity is not valid now",
        verified(captured("certs"), Clock.offset(THEN, Duration.ofDays(-400))));
  }

  /** Someone who ends TLS between us and the relay shows a certificate of his own. */
  @Test
  void anotherTlsCertificate() throws Exception {
    byte[] certs = captured("certs");
    X509Certificate other = x509OfRsaIdentity(certs);
    assertTrue(verified(certs, other, THEN).startsWith("ssl_wrong_pin"));
  }

  private static X509Certificate x509OfRsaIdentity(byte[] certs) throws Exception {
    for (int at = 1; ; ) {
      int length = (certs[at + 1] & 0xff) << 8 | certs[at + 2] & 0xff;
      if (certs[at] == 2) {
        return (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certs, at + 3, length));
      }
      at += 3 + length;
    }
  }

  @Test
  void certificatesThatAreMissingOrThereTwice() {
    byte[] certs = captured("certs");
    byte[] fewer = needed();
    fewer[0]--;
    assertThrows(StepFailed.class, () -> RelayCertificates.parse(new byte[] {0}));
    byte[] twice =
        new ByteWriter()
            .u8(certs[0] + 1)
            .bytes(Arrays.copyOfRange(certs, 1, certs.length))
            .u8(7)
            .u16(0)
            .toByteArray();
    StepFailed failed = assertThrows(StepFailed.class, () -> RelayCertificates.parse(twice));
    assertTrue(failed.detail().contains("two certificates of type 7"), failed.detail());
    StepFailed missing = assertThrows(StepFailed.class, () -> RelayCertificates.parse(fewer));
    assertTrue(missing.detail().contains("no certificate of type"), missing.detail());
  }

  @Test
  void anExtensionThatMattersAndIsUnknown() throws Exception {
    byte[] secret = new byte[32];
    byte[] key = new byte[32];
    Ed25519.generatePublicKey(secret, 0, key, 0);
    for (int flag = 0; flag <= 1; flag++) {
      byte[] signed =
          new ByteWriter()
              .u8(1)
              .u8(4)
              .u32(1_000_000)
              .u8(1)
              .bytes(key)
              .u8(1)
              .u16(3)
              .u8(99)
              .u8(flag)
              .zeros(3)
              .toByteArray();
      byte[] signature = new byte[64];
      Ed25519.sign(secret, 0, signed, 0, signed.length, signature, 0);
      byte[] whole = new ByteWriter().bytes(signed).bytes(signature).toByteArray();
      if (flag == 0) {
        Ed25519Certificate.parse(whole).check(4, 1, key, THEN);
      } else {
        assertThrows(StepFailed.class, () -> Ed25519Certificate.parse(whole));
      }
    }
  }

  @Test
  void versions() throws Exception {
    assertEquals(5, OrLink.agreed(new byte[] {0, 3, 0, 5, 0, 4}));
    assertEquals(4, OrLink.agreed(new byte[] {0, 9, 0, 4}));
    StepFailed none = assertThrows(StepFailed.class, () -> OrLink.agreed(new byte[] {0, 2, 0, 9}));
    assertEquals(FailureKind.PROTO_UNEXPECTED_REPLY, none.kind());
    assertThrows(StepFailed.class, () -> OrLink.agreed(new byte[] {0}));
  }

  @Test
  void cellsAreReadAsTheyAreWritten() throws Exception {
    for (int circuit : new int[] {2, 4}) {
      Cell fixed = new Cell(circuit == 2 ? 0x8001 : 0x80000001L, Cell.NETINFO, new byte[] {1, 2});
      Cell variable = new Cell(0, Cell.CERTS, new byte[] {3, 4, 5});
      ByteStream stream =
          new Given(
              new ByteWriter()
                  .bytes(fixed.encode(circuit))
                  .bytes(variable.encode(circuit))
                  .toByteArray());
      Cell first = Cell.read(stream, circuit);
      assertEquals(fixed.circuit(), first.circuit());
      assertEquals(Cell.FIXED_PAYLOAD, first.payload().length);
      assertEquals(3, Cell.read(stream, circuit).payload().length);
    }
  }

  /** Nothing but the declared failure comes out of any bytes. */
  @Test
  void hostileBytes() throws Exception {
    Random random = new Random(9);
    byte[] certs = needed();
    X509Certificate tls = tls();
    int parsed = 0;
    for (int i = 0; i < FUZZ; i++) {
      byte[] bytes = bent(certs, random, i);
      try {
        RelayCertificates.parse(bytes).verify(tls, THEN);
        parsed++;
      } catch (StepFailed e) {
        assertTrue(e.kind().meaning() == FailureKind.Meaning.ANSWERED, e.detail());
      }
      declared(() -> OrLink.checkChallenge(bytes));
      declared(() -> OrLink.readNetinfo(bytes));
      declared(() -> OrLink.agreed(bytes));
      declared(() -> Cell.readVersions(new Given(bytes)));
      declared(() -> Cell.read(new Given(bytes), 4));
    }
    assertEquals(0, parsed, "bent certificates do not hold");
  }

  /** Cut, bent or random in turn. */
  private static byte[] bent(byte[] whole, Random random, int turn) {
    byte[] bytes =
        turn % 3 == 0 ? new byte[random.nextInt(700)] : Arrays.copyOf(whole, whole.length);
    if (turn % 3 == 0) {
      random.nextBytes(bytes);
      return bytes;
    }
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      int at = random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 + random.nextInt(255));
    }
    return turn % 3 == 1 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private interface Parser {
    void run() throws StepFailed;
  }

  private static void declared(Parser parser) {
    try {
      parser.run();
    } catch (StepFailed e) {
      assertTrue(
          List.of(
                  FailureKind.PROTO_MALFORMED_REPLY,
                  FailureKind.PROTO_UNEXPECTED_REPLY,
                  FailureKind.EOF_ERROR)
              .contains(e.kind()),
          e.detail());
    }
  }

  /** These bytes, and then the end. */
  private static final class Given implements ByteStream {
    private final ByteArrayInputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Given(byte[] bytes) {
      in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return in.read(buffer, offset, length);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      out.write(buffer, offset, length);
    }

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(0);
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }
}
