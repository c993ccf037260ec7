package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Pptp.PptpSettings;

/** Embedded PPTP servers: the control connection alone (RFC 2637 section 2). */
public final class PptpResponder implements ResponderFactory<PptpSettings> {
  private static final int MAGIC = 0x1a2b3c4d;
  private static final int LONGEST = 256;

  @Override
  public String protocol() {
    return "pptp";
  }

  @Override
  public Class<PptpSettings> settings() {
    return PptpSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(PptpSettings settings) throws IOException {
    return new StreamServer(
        new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), PptpResponder::serve);
  }

  private static void serve(Socket connection) throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    while (true) {
      int length = in.readUnsignedShort();
      int kind = in.readUnsignedShort();
      if (length < 12 || length > LONGEST || kind != 1 || in.readInt() != MAGIC) {
        return;
      }
      int type = in.readUnsignedShort();
      byte[] body = in.readNBytes(length - 10);
      switch (type) {
        case 1 -> out.write(started());
        case 3 -> out.write(head(16, 4).u8(1).zeros(3).toByteArray());
        case 5 -> out.write(echoed(body));
        default -> {
          return;
        }
      }
      out.flush();
    }
  }

  private static ByteWriter head(int length, int type) {
    return new ByteWriter().u16(length).u16(1).u32(MAGIC).u16(type).u16(0);
  }

  private static byte[] started() {
    byte[] name = Arrays.copyOf("lab".getBytes(StandardCharsets.US_ASCII), 64);
    ByteWriter reply = head(156, 2).u16(0x0100).u8(1).u8(0).u32(3).u32(3).u16(1).u16(1);
    return reply.bytes(name).bytes(name).toByteArray();
  }

  private static byte[] echoed(byte[] body) {
    byte[] identifier = Arrays.copyOfRange(body, 2, 6);
    return head(20, 6).bytes(identifier).u8(1).u8(0).u16(0).toByteArray();
  }
}
