package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A request to a server of the lab (RFC 9112), read from a stream that goes on after it.
 *
 * @param headers as {@code Name: value} lines
 */
record HttpRequest(String method, String target, List<String> headers, String body) {
  private static final int LONGEST_HEAD = 1 << 14;
  private static final int LONGEST_BODY = 1 << 16;

  /** Reads one request; an end of the stream before it is an {@link EOFException}. */
  static HttpRequest read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.size() > LONGEST_HEAD) {
        throw new EOFException("no request");
      }
      head.write(next);
      text = next == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : "";
    }
    List<String> lines = text.lines().toList();
    String[] first = lines.getFirst().split(" ", 3);
    if (first.length < 3) {
      throw new IOException("no request line");
    }
    HttpRequest bare = new HttpRequest(first[0], first[1], lines.subList(1, lines.size() - 1), "");
    return new HttpRequest(first[0], first[1], bare.headers, body(bare, in));
  }

  /** SSTP names a length that nothing has: its stream is no body. */
  private static String body(HttpRequest request, InputStream in) throws IOException {
    String length = request.header("Content-Length");
    if (!length.matches("\\d{1,6}")) {
      return "";
    }
    byte[] body = in.readNBytes(Math.min(Integer.parseInt(length), LONGEST_BODY));
    return new String(body, StandardCharsets.ISO_8859_1);
  }

  /** The first value of a header, empty when there is none. */
  String header(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return headers.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .findFirst()
        .orElse("");
  }

  /** A field of a form in the body, empty when there is none that can be read. */
  String field(String name) {
    for (String pair : body.split("&")) {
      if (pair.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return "";
        }
      }
    }
    return "";
  }

  /**
   * Sends an answer.
   *
   * @param status code and phrase
   */
  static void answer(OutputStream out, String status, List<String> headers, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    send(out, head.toString(), body);
  }

  /** Sends a head that ends HTTP on this stream. */
  static void upgrade(OutputStream out, String status, List<String> headers) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    send(out, head.append("\r\n").toString(), new byte[0]);
  }

  private static void send(OutputStream out, String head, byte[] body) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    out.write(all.toByteArray());
    out.flush();
  }
}
