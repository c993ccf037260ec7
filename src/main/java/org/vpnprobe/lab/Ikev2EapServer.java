package org.vpnprobe.lab;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.ikev2.Ikev2Settings;
import org.vpnprobe.protocol.ikev2.MsChapV2;

/** The authenticator's side of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2), for one user. */
final class Ikev2EapServer {
  private static final int REQUEST = 1;
  private static final int SUCCESS = 3;
  private static final int FAILURE = 4;
  private static final int IDENTITY = 1;
  private static final int MSCHAPV2 = 26;
  private static final int OP_CHALLENGE = 1;
  private static final int OP_RESPONSE = 2;
  private static final int OP_SUCCESS = 3;

  /** Id 1, length 2 and value size 1 stand between op and value. */
  private static final int BEFORE_VALUE = 4;

  private final String username;
  private final String password;
  private final byte[] challenge = new byte[16];
  private byte[] response = new byte[0];
  private int id;
  private boolean done;

  Ikev2EapServer(Ikev2Settings settings, RandomGenerator random) {
    this.username = settings.username() == null ? "" : settings.username();
    this.password = settings.password() == null ? "" : settings.password().text();
    random.nextBytes(challenge);
  }

  /** Asks who is there. */
  byte[] first() {
    return request(new ByteWriter().u8(IDENTITY).toByteArray());
  }

  /** Answers one packet of the peer. */
  byte[] next(byte[] packet) throws StepFailed {
    ByteReader in = new ByteReader(packet);
    in.skip(4);
    int type = in.u8();
    if (type == IDENTITY && !username.isEmpty()) {
      byte[] name = "lab".getBytes(StandardCharsets.US_ASCII);
      ByteWriter value = new ByteWriter().u8(challenge.length).bytes(challenge).bytes(name);
      return request(ms(OP_CHALLENGE, value.toByteArray()));
    }
    int op = type == MSCHAPV2 ? in.u8() : 0;
    if (op == OP_RESPONSE) {
      return check(in);
    }
    if (op == OP_SUCCESS && response.length > 0) {
      done = true;
      return new ByteWriter().u8(SUCCESS).u8(id).u16(4).toByteArray();
    }
    return failure();
  }

  private byte[] check(ByteReader in) throws StepFailed {
    in.skip(BEFORE_VALUE);
    byte[] peer = in.bytes(challenge.length);
    in.skip(8);
    byte[] claimed = in.bytes(24);
    in.skip(1);
    String name = new String(in.rest(), StandardCharsets.UTF_8);
    MsChapV2 chap = new MsChapV2(username, password, challenge, peer);
    if (!name.equals(username) || !MessageDigest.isEqual(claimed, chap.ntResponse())) {
      return failure();
    }
    response = claimed;
    String message = chap.authenticatorResponse() + " M=welcome";
    return request(ms(OP_SUCCESS, message.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] failure() {
    return new ByteWriter().u8(FAILURE).u8(id).u16(4).toByteArray();
  }

  private byte[] ms(int op, byte[] data) {
    return new ByteWriter()
        .u8(MSCHAPV2)
        .u8(op)
        .u8(id + 1)
        .u16(4 + data.length)
        .bytes(data)
        .toByteArray();
  }

  private byte[] request(byte[] data) {
    id++;
    return new ByteWriter().u8(REQUEST).u8(id).u16(4 + data.length).bytes(data).toByteArray();
  }

  /** The MSK once both sides are satisfied. */
  Optional<byte[]> key() {
    return done
        ? Optional.of(MsChapV2.key(password, Arrays.copyOf(response, response.length)))
        : Optional.empty();
  }
}
