package org.vpnprobe.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Tunnel.DatagramTunnel;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Asks a {@link Target} through a proxy, and knows its answer from anybody else's. */
final class TargetCheck {
  private static final int NONCE = 32;

  /** RFC 9112 section 2.3: how every answer begins. */
  private static final byte[] HTTP = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

  /** RFC 1035 section 4.2.1, and what resolvers do: a repeat after some seconds. */
  private static final Duration REPEAT = Duration.ofSeconds(3);

  private static final int SENDS = 3;

  /** How much of an answer is looked at for its text. */
  private static final int LONGEST = 1 << 16;

  private TargetCheck() {}

  /**
   * Asks through a stream and records the depth {@code tunnel}.
   *
   * @throws StepFailed {@code data_echo_failed} for another answer, or the stream's own failure
   */
  static void stream(ByteStream stream, Target target, Trial trial) throws StepFailed {
    switch (target.ask()) {
      case HTTP -> {
        stream.write(request(target));
        expect(stream, HTTP);
        String status = status(stream);
        trial.observe("target_http_status", status);
        if (!target.text().isEmpty()) {
          // An error page may quote anything.
          expect(status.compareTo("400") < 0);
          expect(stream, target.text());
        }
        trial.reached(Depth.TUNNEL, "the target's HTTP answer came through");
      }
      case ECHO -> {
        byte[] nonce = nonce(trial);
        stream.write(nonce);
        expect(stream, nonce);
        trial.reached(Depth.TUNNEL, "our bytes came back from the target");
      }
      case TCP -> {
        expect(stream, target.text());
        trial.reached(Depth.TUNNEL, "the target spoke through the proxy");
      }
      case DNS -> {
        byte[] query = query(target, trial);
        byte[] framed = new byte[query.length + 2]; // RFC 1035 section 4.2.2: a length goes before.
        framed[0] = (byte) (query.length >> 8);
        framed[1] = (byte) query.length;
        System.arraycopy(query, 0, framed, 2, query.length);
        stream.write(framed);
        byte[] length = stream.readFully(2);
        byte[] answer = stream.readFully((length[0] & 0xff) << 8 | length[1] & 0xff);
        expect(answers(query, answer));
        trial.reached(Depth.TUNNEL, "the target's DNS answer came through");
      }
    }
  }

  /** The same with datagrams, sent up to three times; HTTP and TCP targets take none. */
  static void datagrams(DatagramTunnel tunnel, Target target, Trial trial) throws StepFailed {
    byte[] request =
        switch (target.ask()) {
          case ECHO -> nonce(trial);
          case DNS -> query(target, trial);
          case HTTP, TCP ->
              throw new StepFailed(
                  FailureKind.CONFIG_ERROR, "datagrams need a target echo:// or dns://");
        };
    for (int send = 0; send < SENDS; send++) {
      tunnel.send(request);
      if (answered(tunnel, request, target.ask() == Target.Ask.DNS)) {
        trial.reached(Depth.TUNNEL, "the target's answer came through");
        return;
      }
    }
    throw new StepFailed(
        FailureKind.DATA_ECHO_FAILED, "no answer from the target to " + SENDS + " datagrams");
  }

  /** Others' datagrams may come meanwhile. */
  private static boolean answered(DatagramTunnel tunnel, byte[] request, boolean dns)
      throws StepFailed {
    long end = System.nanoTime() + REPEAT.toNanos();
    for (long left = REPEAT.toNanos(); left > 0; left = end - System.nanoTime()) {
      byte[] answer = tunnel.receive(Duration.ofNanos(left));
      if (answer == null) {
        return false;
      }
      if (dns ? answers(request, answer) : Arrays.equals(request, answer)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] request(Target target) {
    String host =
        target.server().port() == 80
            ? target.server().toString().replaceFirst(":80$", "")
            : target.server().toString();
    return ("GET "
            + target.path()
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\n"
            + "User-Agent: Mozilla/5.0\r\nAccept: */*\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] nonce(Trial trial) {
    byte[] nonce = new byte[NONCE];
    trial.random().nextBytes(nonce);
    return nonce;
  }

  private static void expect(ByteStream stream, byte[] wanted) throws StepFailed {
    expect(Arrays.equals(stream.readFully(wanted.length), wanted));
  }

  /** Reads at least one byte, and on until they hold the text. */
  private static void expect(ByteStream stream, String text) throws StepFailed {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    do {
      int count = stream.read(buffer, 0, buffer.length);
      if (count < 0) {
        throw said.size() == 0
            ? new StepFailed(FailureKind.EOF_ERROR, "the connection was closed without an answer")
            : other();
      }
      said.write(buffer, 0, count);
      expect(said.size() <= LONGEST);
    } while (!said.toString(StandardCharsets.ISO_8859_1).contains(text));
  }

  private static void expect(boolean answered) throws StepFailed {
    if (!answered) {
      throw other();
    }
  }

  /** The rest of {@code HTTP/1.1 200}. */
  private static String status(ByteStream stream) throws StepFailed {
    String rest = new String(stream.readFully(5), StandardCharsets.ISO_8859_1);
    expect(rest.matches("\\d \\d{3}"));
    return rest.substring(2);
  }

  private static byte[] query(Target target, Trial trial) throws StepFailed {
    try {
      Name name = Name.fromString(target.path(), Name.root);
      Message query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
      query.getHeader().setID(trial.random().nextInt(1 << 16));
      return query.toWire();
    } catch (TextParseException e) {
      throw new StepFailed(FailureKind.CONFIG_ERROR, "the target's name is none of DNS");
    }
  }

  /** An answer has our id and question (RFC 5452 section 9.1). */
  private static boolean answers(byte[] query, byte[] answer) {
    try {
      Message asked = new Message(query);
      Message got = new Message(answer);
      return got.getHeader().getID() == asked.getHeader().getID()
          && got.getHeader().getFlag(org.xbill.DNS.Flags.QR)
          && got.getSection(Section.QUESTION).equals(asked.getSection(Section.QUESTION));
    } catch (IOException e) {
      return false;
    }
  }

  private static StepFailed other() {
    return new StepFailed(
        FailureKind.DATA_ECHO_FAILED, "what came through is not what this target answers");
  }
}
