package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Target;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/**
 * What stands behind a proxy of the lab: a web server to those who ask in HTTP, an SSH banner on
 * port 22, a DNS server on port 53, and an echo to everybody else.
 */
final class InnerTarget {
  private static final int LONGEST_HEAD = 1 << 14;
  private static final String BODY = "vpnprobe lab\n";
  private static final int SSH = 22;
  private static final int DNS = 53;

  private InnerTarget() {}

  /**
   * Serves one proxied connection until its client closes it.
   *
   * @param port the port that the client asked the proxy for
   */
  static void serve(int port, InputStream in, OutputStream out) throws IOException {
    serve(port, "", in, out);
  }

  /** Serves the client of this target, with the text that its answer has to hold. */
  static void serve(Target target, InputStream in, OutputStream out) throws IOException {
    serve(port(target), target.text(), in, out);
  }

  private static void serve(int port, String text, InputStream in, OutputStream out)
      throws IOException {
    if (port == SSH) {
      out.write(
          ("SSH-2.0-vpnprobe_lab" + (text.isEmpty() ? "" : " " + text) + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } else if (port == DNS) {
      resolve(new DataInputStream(in), new DataOutputStream(out));
      return;
    }
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      head.write(buffer, 0, count);
      String request = head.toString(StandardCharsets.ISO_8859_1);
      if (!"GET ".startsWith(request.substring(0, Math.min(4, request.length())))) {
        out.write(head.toByteArray());
        out.flush();
        echo(in, out);
        return;
      }
      if (request.contains("\r\n\r\n")) {
        out.write(answer(text));
        out.flush();
        return;
      }
      if (head.size() > LONGEST_HEAD) {
        return;
      }
    }
  }

  private static void echo(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[4096];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
      out.flush();
    }
  }

  /** RFC 1035 section 4.2.2: a length goes before each message. */
  private static void resolve(DataInputStream in, DataOutputStream out) throws IOException {
    while (true) {
      byte[] query = in.readNBytes(in.readUnsignedShort());
      byte[] reply = reply(DNS, query);
      out.write(new ByteWriter().u16(reply.length).bytes(reply).toByteArray()); // In one piece.
      out.flush();
    }
  }

  private static byte[] answer(String text) {
    String body = BODY + text;
    return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The port that stands for a kind of target. */
  private static int port(Target target) {
    return switch (target.ask()) {
      case TCP -> SSH;
      case DNS -> DNS;
      case HTTP, ECHO -> 0;
    };
  }

  /** What comes back to the client of this target for one proxied datagram. */
  static byte[] reply(Target target, byte[] payload) {
    return reply(port(target), payload);
  }

  /** What comes back for one proxied datagram. */
  static byte[] reply(int port, byte[] payload) {
    if (port == DNS) {
      try {
        Message query = new Message(payload);
        query.getHeader().setFlag(Flags.QR);
        return query.toWire();
      } catch (IOException e) {
        return payload;
      }
    }
    return payload.clone();
  }
}
