package org.vpnprobe.lab;

import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** A login (RFC 4252), and one channel to the lab's target (RFC 4254), one after the other. */
final class SshServerSession {
  /**
   * Who is let in.
   *
   * @param name null for nobody
   * @param key that of the one private key that is accepted, null for none
   */
  record User(@Nullable String name, @Nullable Secret password, @Nullable KeyPair key) {}

  /** RFC 4250 section 4.1. */
  private static final int SERVICE_REQUEST = 5;

  private static final int SERVICE_ACCEPT = 6;
  private static final int USERAUTH_REQUEST = 50;
  private static final int USERAUTH_FAILURE = 51;
  private static final int USERAUTH_SUCCESS = 52;
  private static final int USERAUTH_PK_OK = 60;
  private static final int GLOBAL_REQUEST = 80;
  private static final int REQUEST_FAILURE = 82;
  private static final int CHANNEL_OPEN = 90;
  private static final int CHANNEL_OPEN_CONFIRMATION = 91;
  private static final int CHANNEL_OPEN_FAILURE = 92;
  private static final int CHANNEL_WINDOW_ADJUST = 93;
  private static final int CHANNEL_DATA = 94;
  private static final int CHANNEL_EOF = 96;
  private static final int CHANNEL_CLOSE = 97;

  /** RFC 4254 section 5.1: unknown channel type. */
  private static final int UNKNOWN_TYPE = 3;

  private static final int MOST_TRIES = 6;
  private static final int WINDOW = Integer.MAX_VALUE;
  private static final int PIECE = 16_384;

  private final SshServerTransport transport;
  private final User user;
  private long channel;
  private long window;

  SshServerSession(SshServerTransport transport, User user) {
    this.transport = transport;
    this.user = user;
  }

  /** Serves until the client leaves. */
  void run() throws IOException {
    try {
      if (login()) {
        while (true) {
          openChannel(transport.read());
        }
      }
    } catch (StepFailed e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private boolean login() throws IOException, StepFailed {
    for (int tries = 0; tries <= MOST_TRIES; ) {
      ByteReader message = new ByteReader(transport.read());
      int type = message.u8();
      if (type == SERVICE_REQUEST) {
        byte[] service = SshServerTransport.string(message);
        transport.write(
            SshServerTransport.string(new ByteWriter().u8(SERVICE_ACCEPT), service).toByteArray());
      } else if (type == USERAUTH_REQUEST) {
        if (accepts(message)) {
          transport.write(new byte[] {USERAUTH_SUCCESS});
          return true;
        }
        tries++;
      } else {
        return false;
      }
    }
    return false;
  }

  /** Answers a request that is not granted. */
  private boolean accepts(ByteReader message) throws IOException, StepFailed {
    byte[] name = SshServerTransport.string(message);
    SshServerTransport.string(message);
    String method = text(SshServerTransport.string(message));
    boolean known = user.name() != null && user.name().equals(text(name));
    if (method.equals("password") && user.password() != null) {
      message.skip(1);
      byte[] given = SshServerTransport.string(message);
      if (known && Arrays.equals(given, user.password().bytes())) {
        return true;
      }
    }
    if (method.equals("publickey") && user.key() != null) {
      boolean signed = message.u8() != 0;
      byte[] algorithm = SshServerTransport.string(message);
      byte[] key = SshServerTransport.string(message);
      boolean right = known && Arrays.equals(key, user.key().getPublicKeyBlob());
      if (right && !signed) {
        ByteWriter reply = new ByteWriter().u8(USERAUTH_PK_OK);
        transport.write(
            SshServerTransport.string(SshServerTransport.string(reply, algorithm), key)
                .toByteArray());
        return false;
      }
      if (right && verifies(user.key(), name, algorithm, SshServerTransport.string(message))) {
        return true;
      }
    }
    transport.write(
        SshServerTransport.string(
                new ByteWriter().u8(USERAUTH_FAILURE), SshServerTransport.ascii(methods()))
            .u8(0)
            .toByteArray());
    return false;
  }

  private String methods() {
    return user.key() != null ? "publickey" : "password";
  }

  /** RFC 4252 section 7: what a client's key signs. */
  private boolean verifies(KeyPair key, byte[] name, byte[] algorithm, byte[] signature) {
    ByteWriter signed = SshServerTransport.string(new ByteWriter(), transport.sessionId());
    signed.u8(USERAUTH_REQUEST);
    SshServerTransport.string(signed, name);
    SshServerTransport.string(signed, SshServerTransport.ascii("ssh-connection"));
    SshServerTransport.string(signed, SshServerTransport.ascii("publickey"));
    signed.u8(1);
    SshServerTransport.string(signed, algorithm);
    SshServerTransport.string(signed, key.getPublicKeyBlob());
    try {
      Signature verifier = key.getVerifier(text(algorithm));
      verifier.update(signed.toByteArray());
      return verifier.verify(signature);
    } catch (Exception e) {
      return false; // Whatever it is, it is no signature of this key.
    }
  }

  private void openChannel(byte[] request) throws IOException, StepFailed {
    ByteReader message = new ByteReader(request);
    int kind = message.u8();
    if (kind == GLOBAL_REQUEST) {
      SshServerTransport.string(message);
      if (message.u8() != 0) {
        transport.write(new byte[] {REQUEST_FAILURE});
      }
      return;
    }
    if (kind != CHANNEL_OPEN) {
      return; // What comes late for a channel that is over.
    }
    String type = text(SshServerTransport.string(message));
    channel = message.u32();
    window = message.u32();
    message.u32();
    if (!type.equals("direct-tcpip")) {
      ByteWriter failure = new ByteWriter().u8(CHANNEL_OPEN_FAILURE).u32(channel).u32(UNKNOWN_TYPE);
      transport.write(failure.u32(0).u32(0).toByteArray());
      return;
    }
    SshServerTransport.string(message);
    int port = (int) message.u32();
    transport.write(
        new ByteWriter()
            .u8(CHANNEL_OPEN_CONFIRMATION)
            .u32(channel)
            .u32(0)
            .u32(WINDOW)
            .u32(PIECE)
            .toByteArray());
    InnerTarget.serve(port, new ChannelInput(), new ChannelOutput());
    transport.write(new ByteWriter().u8(CHANNEL_CLOSE).u32(channel).toByteArray());
  }

  /** The next data, empty at the end of the channel; keeps the client's window. */
  private byte[] data() throws IOException {
    while (true) {
      try {
        ByteReader message = new ByteReader(transport.read());
        switch (message.u8()) {
          case CHANNEL_DATA -> {
            message.u32();
            byte[] data = SshServerTransport.string(message);
            if (data.length > 0) {
              return data;
            }
          }
          case CHANNEL_WINDOW_ADJUST -> {
            message.u32();
            window += message.u32();
          }
          case CHANNEL_EOF, CHANNEL_CLOSE -> {
            return new byte[0];
          }
          default -> {} // Nothing that a target needs to know.
        }
      } catch (StepFailed e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private final class ChannelInput extends InputStream {
    private byte[] held = new byte[0];
    private int position;
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (position == held.length && !ended) {
        held = data();
        position = 0;
        ended = held.length == 0;
      }
      if (ended) {
        return -1;
      }
      int count = Math.min(length, held.length - position);
      System.arraycopy(held, position, buffer, offset, count);
      position += count;
      return count;
    }
  }

  private final class ChannelOutput extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      if (length > window) {
        throw new IOException("the client takes no more");
      }
      window -= length;
      byte[] data = Arrays.copyOfRange(buffer, offset, offset + length);
      transport.write(
          SshServerTransport.string(new ByteWriter().u8(CHANNEL_DATA).u32(channel), data)
              .toByteArray());
    }
  }
}
