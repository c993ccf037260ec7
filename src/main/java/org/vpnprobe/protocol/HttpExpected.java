package org.vpnprobe.protocol;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;

/**
 * The one request of a web probe, and the answer that is expected.
 *
 * @param path what to ask for; {@code /} when null
 * @param status the expected status; 200 when null
 * @param header {@code Name: text}: a header that must be there and hold the text
 * @param body a text that must stand in the first 64 KiB of the body
 */
record HttpExpected(
    @Nullable String path,
    @Nullable Integer status,
    @Nullable String header,
    @Nullable String body) {
  /** How much of a body is read. */
  static final int MAX_BODY = 1 << 16;

  /** What most programs say, which singles nobody out. */
  static final String USER_AGENT = "Mozilla/5.0";

  HttpExpected {
    if (path != null && !path.matches("/[!-~]*")) {
      throw new InvalidSetting("path", "expected a path that begins with /");
    }
    if (status != null && (status < 200 || status > 599)) {
      throw new InvalidSetting("status", "expected an HTTP status from 200 to 599");
    }
    if (header != null && !header.matches("[!-9;-~]+:\\s*\\S.*")) {
      throw new InvalidSetting("header", "expected Name: text");
    }
  }

  /** The beginning of a body as text. */
  interface Body<E extends Exception> {
    String read() throws E, StepFailed;
  }

  String asked() {
    return path == null ? "/" : path;
  }

  int expectedStatus() {
    return status == null ? 200 : status;
  }

  /** The Host of a request: the port is left out where it is the default one. */
  static String authority(String host, int port) {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return port == 443 ? literal : literal + ":" + port;
  }

  /**
   * Compares an answer.
   *
   * @param headers the values of a header by its name
   * @throws StepFailed {@code http_unexpected} with what was unexpected
   */
  <E extends Exception> void check(int code, Function<String, List<String>> headers, Body<E> text)
      throws E, StepFailed {
    if (code != expectedStatus()) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(code),
          "the server answered " + code + ", expected " + expectedStatus());
    }
    if (header != null) {
      String name = header.substring(0, header.indexOf(':'));
      String part = header.substring(header.indexOf(':') + 1).strip();
      if (headers.apply(name).stream().noneMatch(value -> value.contains(part))) {
        throw new StepFailed(
            FailureKind.HTTP_UNEXPECTED, "header", "the expected header did not come");
      }
    }
    if (body != null && !text.read().contains(body)) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED, "body", "the body does not hold the expected text");
    }
  }
}
