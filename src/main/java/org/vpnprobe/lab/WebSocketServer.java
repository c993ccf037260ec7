package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The server's side of a WebSocket after its opening (RFC 6455 section 5). */
final class WebSocketServer {
  private static final int FIN = 0x80;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int MASKED = 0x80;

  private final DataInputStream wire;
  private final OutputStream back;

  WebSocketServer(InputStream wire, OutputStream back) {
    this.wire = new DataInputStream(wire);
    this.back = back;
  }

  /** The payloads of the client's messages, ended by its close frame. */
  InputStream in() {
    return new Payloads();
  }

  /** Each write a message. */
  OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        frame(BINARY, bytes, offset, length);
      }
    };
  }

  void close() throws IOException {
    frame(CLOSE, new byte[] {3, (byte) 0xe8 /* 1000, normal */}, 0, 2);
  }

  private void frame(int opcode, byte[] bytes, int offset, int length) throws IOException {
    byte[] frame = new byte[length + 4];
    int head = length < 126 ? 2 : 4; // What is written here fits 16 bits.
    frame[0] = (byte) (FIN | opcode);
    frame[1] = (byte) (head == 2 ? length : 126);
    if (head == 4) {
      frame[2] = (byte) (length >> 8);
      frame[3] = (byte) length;
    }
    System.arraycopy(bytes, offset, frame, head, length);
    back.write(frame, 0, head + length);
    back.flush();
  }

  private final class Payloads extends InputStream {
    private final byte[] mask = new byte[4];
    private long left;
    private int position;
    private boolean over;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (left == 0 && !over) {
        next();
      }
      if (over) {
        return -1;
      }
      int count = wire.read(bytes, offset, (int) Math.min(length, left));
      for (int i = 0; i < count; i++) {
        bytes[offset + i] ^= mask[position++ % 4];
      }
      left -= Math.max(0, count);
      return count;
    }

    private void next() throws IOException {
      int first = wire.read();
      int word = wire.read();
      over = first < 0 || word < 0 || (first & 0x0f) == CLOSE;
      if (over) {
        return;
      }
      if ((word & MASKED) == 0 || first != (FIN | BINARY)) {
        throw new IOException("not a frame of our client");
      }
      left =
          switch (word & 0x7f) {
            case 126 -> wire.readUnsignedShort();
            case 127 -> wire.readLong();
            default -> word & 0x7f;
          };
      wire.readFully(mask);
      position = 0;
    }
  }
}
