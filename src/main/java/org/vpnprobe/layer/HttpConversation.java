package org.vpnprobe.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Requests and answers of HTTP/1.1 (RFC 9112) on one stream, one after the other; for protocols
 * that begin in HTTP and go on in something else on the same stream. Follows nothing, keeps no
 * cookies.
 */
public final class HttpConversation {
  /**
   * What came back.
   *
   * @param headers as {@code Name: value} lines
   */
  public record Answer(int status, List<String> headers, byte[] body) {
    public Answer {
      headers = List.copyOf(headers);
    }

    /** The values of a header, in order. */
    public List<String> headers(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .toList();
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
      return headers(name).stream().findFirst();
    }

    /** The body as text; what is no UTF-8 is replaced. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static final int LONGEST_HEAD = 1 << 15;
  private static final int LONGEST_BODY = 1 << 18;

  /** RFC 9110 section 15.2: a client has to bear them. */
  private static final int MOST_INTERIM = 5;

  private final ByteStream stream;

  public HttpConversation(ByteStream stream) {
    this.stream = stream;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @param headers as {@code Name: value} lines, {@code Host} among them; Content-Length is added
   *     to a body
   * @throws StepFailed {@code proto_unexpected_reply} when the answer is not HTTP, {@code
   *     proto_malformed_reply} when it breaks its rules, {@code eof_error}, and the stream's
   */
  public Answer ask(String method, String target, List<String> headers, byte[] body)
      throws StepFailed {
    List<String> all = new ArrayList<>(headers);
    if (body.length > 0 || method.equals("POST")) {
      all.add("Content-Length: " + body.length);
    }
    send(method, target, all, body);
    Answer head = head();
    boolean bare = head.status() == 204 || head.status() == 304 || method.equals("HEAD");
    return new Answer(head.status(), head.headers(), bare ? new byte[0] : body(head));
  }

  /**
   * Sends a request and reads only the head of the answer: what follows on the stream is the
   * caller's when the status is a success.
   */
  public Answer upgrade(String method, String target, List<String> headers) throws StepFailed {
    send(method, target, headers, new byte[0]);
    return head();
  }

  private void send(String method, String target, List<String> headers, byte[] body)
      throws StepFailed {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    head.append("\r\n");
    // In one piece, as real clients send it.
    stream.write(
        new ByteWriter()
            .bytes(head.toString().getBytes(StandardCharsets.UTF_8))
            .bytes(body)
            .toByteArray());
  }

  private Answer head() throws StepFailed {
    for (int i = 0; i < MOST_INTERIM; i++) {
      String status = line(LONGEST_HEAD, true);
      if (!status.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
        throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server's answer is not HTTP");
      }
      List<String> headers = fields();
      int code = Integer.parseInt(status.substring(9, 12));
      if (code >= 200 || code == 101) {
        return new Answer(code, headers, new byte[0]);
      }
    }
    throw malformed("interim answers have no end");
  }

  private List<String> fields() throws StepFailed {
    List<String> lines = new ArrayList<>();
    int left = LONGEST_HEAD;
    for (String line = line(left, false); !line.isEmpty(); line = line(left, false)) {
      lines.add(line);
      left -= line.length() + 2;
    }
    return lines;
  }

  /** A line without its end; {@code first} when nothing of the answer has come before. */
  private String line(int longest, boolean first) throws StepFailed {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] one = new byte[1];
    while (line.size() < longest) {
      if (stream.read(one, 0, 1) < 0) {
        boolean nothing = first && line.size() == 0;
        throw new StepFailed(
            FailureKind.EOF_ERROR,
            nothing
                ? "the server closed the connection without an answer"
                : "the server closed the connection within its answer");
      }
      if (one[0] == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      }
      line.write(one[0]);
      if (first
          && line.size() == 5
          && !line.toString(StandardCharsets.ISO_8859_1).equals("HTTP/")) {
        throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server's answer is not HTTP");
      }
    }
    throw malformed("its head is too long");
  }

  /** RFC 9112 section 6.3. */
  private byte[] body(Answer head) throws StepFailed {
    if (head.header("Transfer-Encoding").orElse("").toLowerCase(Locale.ROOT).contains("chunked")) {
      return chunks();
    }
    Optional<String> length = head.header("Content-Length");
    if (length.isPresent()) {
      return stream.readFully(size(length.get(), 10));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n = stream.read(buffer, 0, buffer.length);
        n >= 0;
        n = stream.read(buffer, 0, buffer.length)) {
      body.write(buffer, 0, n);
      if (body.size() > LONGEST_BODY) {
        throw malformed("its body is too long");
      }
    }
    return body.toByteArray();
  }

  /** RFC 9112 section 7.1. */
  private byte[] chunks() throws StepFailed {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = size(line(256, false).split(";", 2)[0], 16);
      if (body.size() + size > LONGEST_BODY) {
        throw malformed("its body is too long");
      }
      if (size == 0) {
        fields();
        return body.toByteArray();
      }
      body.writeBytes(stream.readFully(size));
      if (!line(2, false).isEmpty()) {
        throw malformed("a chunk does not end");
      }
    }
  }

  private static int size(String digits, int radix) throws StepFailed {
    try {
      int size = Integer.parseInt(digits.strip(), radix);
      if (size >= 0 && size <= LONGEST_BODY) {
        return size;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw malformed("its body has no length, or one that is too long");
  }

  private static StepFailed malformed(String rule) {
    return new StepFailed(
        FailureKind.PROTO_MALFORMED_REPLY, "the HTTP answer cannot be read: " + rule);
  }
}
