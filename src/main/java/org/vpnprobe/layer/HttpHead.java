package org.vpnprobe.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * The head of an HTTP/1 answer (RFC 9112) on a stream that goes on as something else afterwards, as
 * after CONNECT or an upgrade.
 *
 * @param status 100 to 999
 * @param fields the lines after the first, as they came
 */
public record HttpHead(int status, List<String> fields) {
  private static final int LONGEST = 1 << 14;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9]\\d{2})( .*)?");
  private static final String BEGINNING = "HTTP/";

  public HttpHead {
    fields = List.copyOf(fields);
  }

  /**
   * Reads a head and not a byte more.
   *
   * @throws StepFailed {@code proto_unexpected_reply} for what is no HTTP, {@code
   *     proto_malformed_reply} for a head without a status or longer than 16 KiB, {@code eof_error}
   *     and the stream's own failures
   */
  public static HttpHead read(ByteStream stream) throws StepFailed {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] one = new byte[1];
    int line = 0;
    while (true) {
      if (stream.read(one, 0, 1) < 0) {
        throw new StepFailed(
            FailureKind.EOF_ERROR,
            "connection closed after " + head.size() + " bytes of an answer");
      }
      if (head.size() == LONGEST) {
        throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the answer's head has no end");
      }
      head.write(one[0]);
      if (head.size() == BEGINNING.length()
          && !head.toString(StandardCharsets.ISO_8859_1).equals(BEGINNING)) {
        throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server's answer is not HTTP");
      }
      // RFC 9112 section 2.2: a bare line feed ends a line, too.
      if (one[0] == '\n' && line == 0) {
        return parsed(head.toString(StandardCharsets.ISO_8859_1));
      }
      line = one[0] == '\n' ? 0 : one[0] == '\r' ? line : line + 1;
    }
  }

  private static HttpHead parsed(String head) throws StepFailed {
    List<String> lines = head.lines().toList();
    Matcher status = STATUS.matcher(lines.getFirst());
    if (!status.matches()) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "the answer has no HTTP status");
    }
    return new HttpHead(Integer.parseInt(status.group(1)), lines.subList(1, lines.size()));
  }
}
