package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.sstp.Sstp.SstpSettings;
import org.vpnprobe.protocol.sstp.SstpPacket;

/** Embedded servers of SSTP that answer a call and the first LCP request in it. */
public final class SstpResponder implements ResponderFactory<SstpSettings> {
  /** Accepts SHA-1 and SHA-256 for the crypto binding. */
  private static final int BOTH_HASHES = 3;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String protocol() {
    return "sstp";
  }

  @Override
  public Class<SstpSettings> settings() {
    return SstpSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(SstpSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")), this::serve);
  }

  private void serve(Socket connection) throws IOException {
    OutputStream out = connection.getOutputStream();
    HttpRequest request = HttpRequest.read(connection.getInputStream());
    boolean known =
        request.method().equals("SSTP_DUPLEX_POST")
            && request.target().equals(SstpPacket.TARGET)
            && request.headers().contains(SstpPacket.ENDLESS);
    if (!known) {
      HttpRequest.answer(out, "404 Not Found", List.of(), new byte[0]);
      return;
    }
    HttpRequest.upgrade(out, "200", List.of(SstpPacket.ENDLESS, "Server: Microsoft-HTTPAPI/2.0"));
    DataInputStream in = new DataInputStream(connection.getInputStream());
    boolean open = true;
    while (open) {
      int head = in.readInt();
      byte[] content = new byte[Math.max(0, (head & 0xfff) - 4)];
      in.readFully(content);
      SstpPacket packet = new SstpPacket((head >> 16 & 1) == 1, content);
      try {
        open = packet.control() ? control(packet, out) : frame(content, out);
      } catch (StepFailed e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  private boolean control(SstpPacket packet, OutputStream out) throws IOException, StepFailed {
    if (packet.type() == SstpPacket.CALL_CONNECT_REQUEST) {
      boolean ppp = new ByteReader(packet.attribute(SstpPacket.ENCAPSULATED_PROTOCOL)).u16() == 1;
      byte[] nonce = new byte[SstpPacket.NONCE];
      random.nextBytes(nonce);
      byte[] binding = new ByteWriter().u24(0).u8(BOTH_HASHES).bytes(nonce).toByteArray();
      SstpPacket answer =
          ppp
              ? SstpPacket.message(
                  SstpPacket.CALL_CONNECT_ACK, SstpPacket.CRYPTO_BINDING_REQUEST, binding)
              : SstpPacket.message(
                  SstpPacket.CALL_CONNECT_NAK, SstpPacket.STATUS_INFO, new byte[8]);
      out.write(answer.encoded());
      out.flush();
    }
    return packet.type() != SstpPacket.CALL_ABORT;
  }

  /** RFC 1661 section 5: a request of ours for MS-CHAPv2, and theirs given back as accepted. */
  private static boolean frame(byte[] frame, OutputStream out) throws IOException, StepFailed {
    ByteReader reader = new ByteReader(frame);
    boolean request = reader.u32() == 0xff03c021L && reader.u8() == 1;
    int identifier = reader.u8();
    if (request) {
      byte[] ours =
          new ByteWriter()
              .u32(0xff03c021L)
              .u8(1)
              .u8(0)
              .u16(9)
              .u8(3)
              .u8(5)
              .u16(0xc223)
              .u8(0x81)
              .toByteArray();
      byte[] accepted =
          new ByteWriter().u32(0xff03c021L).u8(2).u8(identifier).bytes(reader.rest()).toByteArray();
      out.write(new SstpPacket(false, ours).encoded());
      out.write(new SstpPacket(false, accepted).encoded());
      out.flush();
    }
    return true;
  }
}
