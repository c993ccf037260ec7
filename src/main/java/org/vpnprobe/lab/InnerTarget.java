package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/**
 * What stands behind a proxy of the lab: a web server to those who ask in HTTP, an SSH banner on
 * port 22, a DNS server to DNS queries, and an echo to everybody else.
 */
final class InnerTarget {
  private static final int LONGEST_HEAD = 1 << 14;
  private static final String BODY = "vpnprobe lab\n";
  private static final int SSH = 22;

  private InnerTarget() {}

  /**
   * Serves one proxied connection until its client closes it.
   *
   * @param port the port that the client asked the proxy for
   */
  static void serve(int port, InputStream in, OutputStream out) throws IOException {
    if (port == SSH) {
      out.write("SSH-2.0-vpnprobe_lab\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      head.write(buffer, 0, count);
      String text = head.toString(StandardCharsets.ISO_8859_1);
      if (!("GET ".startsWith(text.substring(0, Math.min(4, text.length()))))) {
        out.write(head.toByteArray());
        out.flush();
        echo(in, out);
        return;
      }
      if (text.contains("\r\n\r\n")) {
        out.write(answer());
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

  private static byte[] answer() {
    return ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
            + BODY.length()
            + "\r\nConnection: close\r\n\r\n"
            + BODY)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** What comes back for one proxied datagram. */
  static byte[] reply(int port, byte[] payload) {
    if (port == 53) {
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
