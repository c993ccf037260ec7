package org.vpnprobe.protocol.ikev2;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** The peer's side of EAP (RFC 3748) with EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2). */
final class EapMsChapV2 {
  private static final int REQUEST = 1;
  private static final int RESPONSE = 2;
  private static final int SUCCESS = 3;
  private static final int IDENTITY = 1;
  private static final int NOTIFICATION = 2;
  private static final int NAK = 3;
  private static final int MSCHAPV2 = 26;
  private static final int OP_CHALLENGE = 1;
  private static final int OP_RESPONSE = 2;
  private static final int OP_SUCCESS = 3;
  private static final int CHALLENGE = 16;

  private final String username;
  private final String password;
  private final RandomGenerator random;
  private byte @Nullable [] ntResponse;
  private @Nullable String expected;
  private boolean verified;

  EapMsChapV2(String username, String password, RandomGenerator random) {
    this.username = username;
    this.password = password;
    this.random = random;
  }

  /**
   * The answer to the server's packet, null after its success.
   *
   * @throws StepFailed {@code auth_rejected} when it refuses us, {@code auth_wrong_server_key} when
   *     it does not know our password itself
   */
  byte @Nullable [] answer(byte[] packet) throws StepFailed {
    ByteReader in = new ByteReader(packet);
    int code = in.u8();
    int id = in.u8();
    if (in.u16() != packet.length) {
      throw in.malformed("length of an EAP packet");
    }
    if (code == SUCCESS) {
      if (!verified) {
        throw wrongServer();
      }
      return null;
    }
    if (code != REQUEST) {
      throw new StepFailed(FailureKind.AUTH_REJECTED, "the server ended EAP with a failure");
    }
    int type = in.u8();
    return switch (type) {
      case IDENTITY -> response(id, IDENTITY, username.getBytes(StandardCharsets.UTF_8));
      case NOTIFICATION -> response(id, NOTIFICATION, new byte[0]);
      case MSCHAPV2 -> response(id, MSCHAPV2, challenged(in));
      default -> response(id, NAK, new byte[] {MSCHAPV2});
    };
  }

  private byte[] challenged(ByteReader in) throws StepFailed {
    int op = in.u8();
    return switch (op) {
      case OP_CHALLENGE -> respond(in);
      case OP_SUCCESS -> {
        in.skip(3);
        String message = in.ascii(in.remaining());
        if (expected == null
            || message.length() < expected.length()
            || !MessageDigest.isEqual(
                message.substring(0, expected.length()).getBytes(StandardCharsets.ISO_8859_1),
                expected.getBytes(StandardCharsets.ISO_8859_1))) {
          throw wrongServer();
        }
        verified = true;
        yield new byte[] {OP_SUCCESS};
      }
      default ->
          throw new StepFailed(FailureKind.AUTH_REJECTED, "the server refused name or password");
    };
  }

  private byte[] respond(ByteReader in) throws StepFailed {
    int id = in.u8();
    in.skip(2);
    in.expect(CHALLENGE, "length of the challenge");
    byte[] challenge = in.bytes(CHALLENGE);
    byte[] peer = new byte[CHALLENGE];
    random.nextBytes(peer);
    MsChapV2 chap = new MsChapV2(username, password, challenge, peer);
    ntResponse = chap.ntResponse();
    expected = chap.authenticatorResponse();
    byte[] name = username.getBytes(StandardCharsets.UTF_8);
    ByteWriter value =
        new ByteWriter().u8(49).bytes(peer).zeros(8).bytes(chap.ntResponse()).u8(0).bytes(name);
    return new ByteWriter()
        .u8(OP_RESPONSE)
        .u8(id)
        .u16(4 + value.size())
        .bytes(value.toByteArray())
        .toByteArray();
  }

  /** The MSK of a finished run (RFC 3748 section 7.10). */
  byte[] key() {
    if (ntResponse == null) {
      throw new IllegalStateException("EAP is not finished");
    }
    return MsChapV2.key(password, ntResponse);
  }

  private static byte[] response(int id, int type, byte[] data) {
    return new ByteWriter()
        .u8(RESPONSE)
        .u8(id)
        .u16(5 + data.length)
        .u8(type)
        .bytes(data)
        .toByteArray();
  }

  private static StepFailed wrongServer() {
    return new StepFailed(
        FailureKind.AUTH_WRONG_SERVER_KEY, "the server does not know our password");
  }
}
