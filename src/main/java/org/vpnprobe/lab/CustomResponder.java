package org.vpnprobe.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.vpnprobe.protocol.CustomSettings;

/**
 * Embedded servers that say what their client expects, as far as that can be made up: any byte is a
 * zero, and a regular expression has no answer unless it is a plain text.
 */
public final class CustomResponder implements ResponderFactory<CustomSettings> {
  @Override
  public String protocol() {
    return "custom";
  }

  @Override
  public Class<CustomSettings> settings() {
    return CustomSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(CustomSettings settings) throws IOException {
    List<CustomSettings.Step> steps = settings.steps();
    for (CustomSettings.Step step : steps) {
      if (!step.sends()) {
        answer(step);
      }
    }
    if (settings.carrier() == CustomSettings.Transport.UDP) {
      return new DatagramServer("custom", (datagram, from) -> answers(steps, datagram));
    }
    ServerSocket listener =
        settings.secured()
            ? TlsResponder.listener(settings.cert(), settings.key(), List.of())
            : new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    return new StreamServer(listener, connection -> serve(connection, steps));
  }

  private static void serve(Socket connection, List<CustomSettings.Step> steps) throws IOException {
    for (CustomSettings.Step step : steps) {
      if (!step.sends()) {
        connection.getOutputStream().write(answer(step));
        connection.getOutputStream().flush();
        continue;
      }
      byte[] wanted = step.bytes();
      if (!Arrays.equals(connection.getInputStream().readNBytes(wanted.length), wanted)) {
        return;
      }
    }
    connection.getInputStream().read();
  }

  /** What follows the step that sends this datagram, up to the next one that sends. */
  private static List<byte[]> answers(List<CustomSettings.Step> steps, byte[] datagram)
      throws IOException {
    List<byte[]> answers = new ArrayList<>();
    boolean here = false;
    for (CustomSettings.Step step : steps) {
      if (step.sends()) {
        if (here) {
          break;
        }
        here = Arrays.equals(step.bytes(), datagram);
      } else if (here) {
        answers.add(answer(step));
      }
    }
    return answers;
  }

  private static byte[] answer(CustomSettings.Step step) throws IOException {
    if (step.expectHex() != null) {
      String digits = step.expectHex().replaceAll("\\s", "").replace("??", "00");
      return HexFormat.of().parseHex(digits);
    }
    String text = Objects.requireNonNullElse(step.expect(), step.expectRegex());
    if (step.expectRegex() != null && !text.matches("[^\\\\\\[\\](){}.*+?^$|]+")) {
      throw new IOException("the lab cannot make up an answer to expect_regex; use expect");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
