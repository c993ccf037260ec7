package org.vpnprobe.layer.quic;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/** One request of HTTP/3 (RFC 9114) and its answer, on a stream of a QUIC connection. */
public final class Http3 implements AutoCloseable {
  /** RFC 9114 section 7.2. */
  private static final int DATA = 0x00;

  private static final int HEADERS = 0x01;
  private static final int SETTINGS = 0x04;

  /** RFC 9114 section 6.2.1. */
  private static final int CONTROL_STREAM = 0x00;

  /** RFC 9204 section 5. */
  private static final int QPACK_MAX_TABLE_CAPACITY = 0x01;

  private static final int QPACK_BLOCKED_STREAMS = 0x07;

  /** What a head may have; browsers take a quarter of a megabyte. */
  private static final int LONGEST_HEAD = 1 << 16;

  /** How many frames that say nothing, and interim answers, are read past. */
  private static final int MOST_IDLE_FRAMES = 32;

  private final ByteStream stream;
  private final int status;
  private final List<Map.Entry<String, String>> fields;

  private Http3(ByteStream stream, int status, List<Map.Entry<String, String>> fields) {
    this.stream = stream;
    this.status = status;
    this.fields = fields;
  }

  /** Begins HTTP/3 on a connection: our settings, which every client has to send first. */
  public static void begin(QuicConnection connection) throws StepFailed {
    byte[] settings =
        new ByteWriter()
            .varint(QPACK_MAX_TABLE_CAPACITY)
            .varint(0)
            .varint(QPACK_BLOCKED_STREAMS)
            .varint(0)
            .toByteArray();
    connection.announce(
        new ByteWriter().varint(CONTROL_STREAM).bytes(frame(SETTINGS, settings)).toByteArray());
  }

  /**
   * Asks without a body and reads the head of the answer.
   *
   * @param fields pseudo-header fields first, names in lower case
   * @throws StepFailed {@code proto_unexpected_reply} when the answer does not begin with HTTP/3's
   *     frames, {@code proto_malformed_reply}, {@code eof_error}, and what ended the connection
   */
  public static Http3 ask(QuicConnection connection, List<Map.Entry<String, String>> fields)
      throws StepFailed {
    ByteStream stream = connection.ask(frame(HEADERS, KwikFields.encode(fields)));
    boolean done = false;
    try {
      for (int i = 0; i < MOST_IDLE_FRAMES; i++) {
        long type = varint(stream);
        long length = varint(stream);
        if (type == DATA) {
          throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the answer begins with a body");
        }
        byte[] content = content(stream, length);
        if (type == HEADERS) {
          List<Map.Entry<String, String>> head = KwikFields.decode(content);
          int status = status(head);
          if (status >= 200) { // RFC 9110 section 15.2: others are interim.
            done = true;
            return new Http3(stream, status, head);
          }
        }
      }
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the answer's head has no end");
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  private static byte[] frame(int type, byte[] content) {
    return new ByteWriter().varint(type).varint(content.length).bytes(content).toByteArray();
  }

  private static byte[] content(ByteStream stream, long length) throws StepFailed {
    if (length > LONGEST_HEAD) {
      throw new StepFailed(
          FailureKind.PROTO_MALFORMED_REPLY, "a frame of " + length + " bytes before the body");
    }
    return stream.readFully((int) length);
  }

  /** RFC 9114 section 4.3.2: the first field, three digits. */
  private static int status(List<Map.Entry<String, String>> head) throws StepFailed {
    String value =
        head.isEmpty() || !head.getFirst().getKey().equals(":status")
            ? ""
            : head.getFirst().getValue();
    if (!value.matches("[1-5]\\d\\d")) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "an answer without a status");
    }
    return Integer.parseInt(value);
  }

  private static long varint(ByteStream stream) throws StepFailed {
    byte[] first = stream.readFully(1);
    int more = (1 << ((first[0] & 0xff) >> 6)) - 1;
    byte[] rest = stream.readFully(more);
    return new ByteReader(new ByteWriter().bytes(first).bytes(rest).toByteArray()).varint();
  }

  public int status() {
    return status;
  }

  /** The values of a field, in any case of letters. */
  public List<String> values(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return fields.stream()
        .filter(field -> lower.equals(field.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The body's beginning, or all of it. */
  public byte[] body(int atMost) throws StepFailed {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    int idle = 0;
    while (body.size() < atMost && idle < MOST_IDLE_FRAMES) {
      int first = stream.read(buffer, 0, 1);
      if (first < 0) {
        break;
      }
      int more = (1 << ((buffer[0] & 0xff) >> 6)) - 1;
      byte[] type = new ByteWriter().u8(buffer[0]).bytes(stream.readFully(more)).toByteArray();
      long left = varint(stream);
      if (new ByteReader(type).varint() != DATA) {
        idle++;
        content(stream, left);
        continue;
      }
      while (left > 0 && body.size() < atMost) {
        int want = (int) Math.min(Math.min(left, buffer.length), atMost - body.size());
        byte[] part = stream.readFully(want);
        body.writeBytes(part);
        left -= want;
      }
    }
    return body.toByteArray();
  }

  @Override
  public void close() {
    stream.close();
  }
}
