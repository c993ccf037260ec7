package org.vpnprobe.layer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The client's side of a WebSocket (RFC 6455) as a stream: each write is one binary message, and
 * the payloads of the binary messages that come are read one after the other. Without extensions
 * and subprotocols. Pings are answered while reading.
 */
public final class WebSocket extends ThroughStream {
  /** RFC 6455 section 1.3. */
  private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** RFC 6455 section 5.2. */
  private static final int CONTINUATION = 0;

  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;

  /** RFC 6455 section 5.5: the longest payload of a control frame. */
  private static final int LONGEST_CONTROL = 125;

  /** No server has reason to send more at once; the payload is never kept as a whole. */
  private static final long LONGEST_FRAME = 1 << 24;

  /** RFC 6455 section 7.4.1: normal closure. */
  private static final int NORMAL = 1000;

  private final RandomGenerator random;
  private final Object writing = new Object();
  private long left;
  private boolean inMessage;
  private boolean goodbye;
  private boolean closed;

  private WebSocket(ByteStream wire, RandomGenerator random) {
    super(wire);
    this.random = random;
  }

  /**
   * The opening handshake.
   *
   * @param wire closed with the WebSocket, and not when the handshake fails
   * @throws StepFailed {@code http_unexpected} with the status, {@code proto_unexpected_reply} when
   *     the answer is no HTTP, {@code proto_malformed_reply} when it does not answer our key,
   *     {@code eof_error}, and the failures of the stream
   */
  public static WebSocket open(ByteStream wire, HttpUpgrade.Request request, RandomGenerator random)
      throws StepFailed {
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    String key = Base64.getEncoder().encodeToString(nonce);
    Map<String, String> headers =
        HttpUpgrade.ask(
            wire, request, List.of("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key));
    if (!accept(key).equals(headers.get("sec-websocket-accept"))) {
      throw HttpUpgrade.malformed("the answer's Sec-WebSocket-Accept is not for our key");
    }
    if (headers.containsKey("sec-websocket-extensions")
        || headers.containsKey("sec-websocket-protocol")) {
      throw HttpUpgrade.malformed("the answer chose what was not offered");
    }
    return new WebSocket(wire, random);
  }

  /** What a server answers to a key (RFC 6455 section 4.2.2). */
  public static String accept(String key) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-1")
                  .digest((key + ACCEPT).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** Whether the server has said goodbye with a close frame. */
  public boolean closedByPeer() {
    return goodbye;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (length == 0) {
      return 0;
    }
    while (left == 0) {
      if (goodbye || !nextFrame()) {
        return -1;
      }
    }
    int count = inner.read(buffer, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new StepFailed(FailureKind.EOF_ERROR, "the connection ended within a frame");
    }
    left -= count;
    return count;
  }

  /** Reads one frame's head, and all of a control frame; false at the end of the stream below. */
  private boolean nextFrame() throws StepFailed {
    byte[] first = new byte[1];
    if (inner.read(first, 0, 1) < 0) {
      return false;
    }
    int opcode = first[0] & 0x0f;
    boolean last = (first[0] & FIN) != 0;
    if ((first[0] & 0x70) != 0) {
      throw HttpUpgrade.malformed("a frame has reserved bits");
    }
    long size = size();
    switch (opcode) {
      case CONTINUATION, BINARY -> {
        if ((opcode == CONTINUATION) != inMessage) {
          throw HttpUpgrade.malformed("a message begins within another, or goes on from none");
        }
        inMessage = !last;
        left = size;
      }
      case CLOSE, PING, PONG -> {
        if (!last || size > LONGEST_CONTROL) {
          throw HttpUpgrade.malformed("a control frame is in pieces or too long");
        }
        control(opcode, inner.readFully((int) size));
      }
      default ->
          throw new StepFailed(
              FailureKind.PROTO_UNEXPECTED_REPLY, "a message came that is not binary");
    }
    return true;
  }

  private long size() throws StepFailed {
    int word = inner.readFully(1)[0] & 0xff;
    if ((word & MASKED) != 0) {
      throw HttpUpgrade.malformed("a server's frame is masked"); // RFC 6455 section 5.1.
    }
    long size =
        switch (word) {
          case 126 -> new ByteReader(inner.readFully(2)).u16();
          case 127 -> new ByteReader(inner.readFully(8)).u64();
          default -> word;
        };
    if (size < 0 || size > LONGEST_FRAME) {
      throw HttpUpgrade.malformed("a frame is too long");
    }
    return size;
  }

  private void control(int opcode, byte[] payload) throws StepFailed {
    if (opcode == PING) {
      frame(PONG, payload, 0, payload.length);
    } else if (opcode == CLOSE) {
      goodbye = true;
    }
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    frame(BINARY, buffer, offset, length);
  }

  private void frame(int opcode, byte[] payload, int offset, int length) throws StepFailed {
    synchronized (writing) {
      ByteWriter frame = new ByteWriter().u8(FIN | opcode);
      if (length < 126) {
        frame.u8(MASKED | length);
      } else if (length < 1 << 16) {
        frame.u8(MASKED | 126).u16(length);
      } else {
        frame.u8(MASKED | 127).u64(length);
      }
      byte[] mask = new byte[4];
      random.nextBytes(mask);
      frame.bytes(mask);
      for (int i = 0; i < length; i++) {
        frame.u8(payload[offset + i] ^ mask[i % 4]);
      }
      inner.write(frame.toByteArray());
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      frame(CLOSE, new byte[] {(byte) (NORMAL >> 8), (byte) NORMAL}, 0, 2);
    } catch (StepFailed e) {
      // Whoever is gone needs no goodbye.
    }
    inner.close();
  }
}
