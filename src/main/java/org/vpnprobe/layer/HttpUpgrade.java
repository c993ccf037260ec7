package org.vpnprobe.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A stream that begins as an HTTP/1.1 request for another protocol (RFC 9110 section 7.8) and is
 * the other protocol's from the answer 101 on. By itself it is the transport "HTTPUpgrade" of Xray
 * and v2ray: the words of a WebSocket, and then the bare bytes.
 */
public final class HttpUpgrade {
  /**
   * What to ask for.
   *
   * @param host the value of the header Host
   * @param path begins with {@code /}
   */
  public record Request(String host, String path) {}

  private static final int LONGEST_HEAD = 1 << 14;

  /** What most programs say, which singles nobody out. */
  private static final String USER_AGENT = "Mozilla/5.0";

  private HttpUpgrade() {}

  /**
   * Asks for the bare bytes.
   *
   * @return {@code wire}, whose bytes are the other protocol's now
   * @throws StepFailed {@code http_unexpected} with the status, {@code proto_unexpected_reply} when
   *     the answer is no HTTP, {@code proto_malformed_reply}, {@code eof_error}, and the stream's
   */
  public static ByteStream open(ByteStream wire, Request request) throws StepFailed {
    ask(wire, request, List.of());
    return wire;
  }

  /**
   * Asks, and reads the head of the answer; not a byte more.
   *
   * @param more further header lines
   * @return the answer's headers, names in lower case
   */
  static Map<String, String> ask(ByteStream wire, Request request, List<String> more)
      throws StepFailed {
    StringBuilder head =
        new StringBuilder("GET ").append(request.path()).append(" HTTP/1.1\r\nHost: ");
    head.append(request.host()).append("\r\nUser-Agent: ").append(USER_AGENT);
    head.append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    more.forEach(line -> head.append(line).append("\r\n"));
    wire.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    return accepted(head(wire));
  }

  /** One byte at a time: what follows the head is not HTTP's to read. */
  private static String head(ByteStream wire) throws StepFailed {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      if (head.size() > LONGEST_HEAD) {
        throw malformed("the answer's head has no end");
      }
      byte next = wire.readFully(1)[0];
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
      if (head.size() == 7 && !head.toString(StandardCharsets.ISO_8859_1).equals("HTTP/1.")) {
        throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered no HTTP");
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static Map<String, String> accepted(String head) throws StepFailed {
    String[] lines = head.split("\r\n", -1);
    if (!lines[0].matches("HTTP/1\\.[01] [1-5]\\d\\d( .*)?")) {
      throw malformed("the status line breaks its rules");
    }
    String status = lines[0].substring(9, 12);
    if (!status.equals("101")) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          status,
          "the server answered " + status + ", expected 101: path or host is another");
    }
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      if (colon <= 0) {
        throw malformed("a header line has no name");
      }
      headers.merge(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    // RFC 6455 section 4.1: both are compared without regard to case.
    if (!"websocket".equalsIgnoreCase(headers.get("upgrade"))
        || !headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("upgrade")) {
      throw malformed("the answer 101 does not say to what");
    }
    return headers;
  }

  static StepFailed malformed(String rule) {
    return new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, rule);
  }
}
