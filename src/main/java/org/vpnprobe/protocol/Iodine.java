package org.vpnprobe.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NULLRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The version handshake of iodine, IP over DNS. We say a version that no server has, so that none
 * of its few places is taken. {@code handshake}: its VNAK to our random name, with its own version.
 */
public final class Iodine implements Protocol<Iodine.IodineSettings> {
  /**
   * @param zone the domain that the server tunnels in
   */
  public record IodineSettings(@Description("The domain that the server tunnels in.") String zone)
      implements Settings {
    public IodineSettings {
      if (!zone.matches("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63}){1,8}\\.?")
          || zone.length() > 128) {
        throw new InvalidSetting("zone", "expected a domain such as t.example.net");
      }
    }
  }

  /** iodine's waits for its version handshake (src/client.c): a second more each time. */
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(4));

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Older than any (src/version.h: PROTOCOL_VERSION is 0x00000502). */
  private static final int VERSION = 0x00000401;

  /** iodine's own base 32 (src/base32.c). */
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz012345";

  private static final byte[] VNAK = "VNAK".getBytes(StandardCharsets.US_ASCII);

  /** VNAK, a version, a user number. */
  private static final int LENGTH = 9;

  @Override
  public String name() {
    return "iodine";
  }

  @Override
  public String summary() {
    return "iodine's version handshake over DNS, directly or through a resolver";
  }

  @Override
  public About about() {
    return new About(
        "handshake",
        "-",
        "one query and its answer: 2 datagrams",
        "a line in the log; no place is taken",
        "yarrick/iodine 0.7.0 src/iodined.c, src/base32.c",
        """
        - {name: dns-tunnel, protocol: iodine, address: "192.0.2.24:53", zone: t.example.net}
        """);
  }

  @Override
  public Class<IodineSettings> settings() {
    return IodineSettings.class;
  }

  @Override
  public int defaultPort() {
    return 53;
  }

  @Override
  public Facts facts(IodineSettings settings) {
    return Facts.answering(
        Transport.UDP,
        Depth.HANDSHAKE,
        DEADLINE,
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(6)));
  }

  @Override
  public Session open(IodineSettings settings, Trial trial) throws StepFailed {
    Datagrams socket = trial.path().udp(trial.server());
    boolean done = false;
    try {
      long version = trial.step(StepName.HANDSHAKE, () -> asked(socket, settings, trial.random()));
      trial.observe("iodine_version", "0x%08x".formatted(version));
      trial.reached(Depth.HANDSHAKE, "a VNAK to our random name, with the server's version");
      done = true;
      return socket::close;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static long asked(Datagrams socket, IodineSettings settings, RandomGenerator random)
      throws StepFailed {
    Message query = query(settings, random);
    byte[] bytes = query.toWire();
    StepFailed strange = null;
    try {
      for (Duration wait : WAITS) {
        socket.send(bytes);
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
          byte[] datagram = socket.receive(Duration.ofNanos(left));
          if (datagram == null) {
            break;
          }
          try {
            return version(datagram, query);
          } catch (StepFailed e) {
            strange = e; // Anyone can send a datagram: the right one may still come.
          }
        }
      }
    } catch (StepFailed e) {
      throw strange != null && e.kind() == FailureKind.GENERIC_TIMEOUT_ERROR ? strange : e;
    }
    throw strange != null
        ? strange
        : new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the server did not answer");
  }

  /** A version and a random number in the first label, asked for as NULL records. */
  static Message query(IodineSettings settings, RandomGenerator random) throws StepFailed {
    byte[] said = new ByteWriter().u32(VERSION).u16(random.nextInt()).toByteArray();
    try {
      Name zone = Name.fromString(settings.zone(), Name.root);
      Message message = new Message(random.nextInt(1 << 16));
      message.getHeader().setFlag(Flags.RD);
      message.addRecord(
          Record.newRecord(Name.fromString("v" + base32(said), zone), Type.NULL, DClass.IN),
          Section.QUESTION);
      return message;
    } catch (TextParseException e) {
      throw new StepFailed(FailureKind.CONFIG_ERROR, "the zone is too long");
    }
  }

  private static String base32(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < bytes.length * 8; bit += 5) {
      int at = bit / 8;
      int two = (bytes[at] & 0xff) << 8 | (at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0);
      text.append(ALPHABET.charAt(two >>> (11 - bit % 8) & 31));
    }
    return text.toString();
  }

  /**
   * The server's version in its answer to our query.
   *
   * @throws StepFailed {@code proto_unexpected_reply} for every other message
   */
  static long version(byte[] datagram, Message query) throws StepFailed {
    Message reply = parse(datagram);
    Record asked = reply.getQuestion();
    boolean ours =
        reply.getHeader().getID() == query.getHeader().getID()
            && reply.getHeader().getFlag(Flags.QR)
            && query.getQuestion().equals(asked);
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (ours && record instanceof NULLRecord answer) {
        byte[] data = answer.getData();
        if (data.length == LENGTH && Arrays.equals(data, 0, 4, VNAK, 0, 4)) {
          ByteReader in = new ByteReader(data);
          in.skip(4);
          return in.u32();
        }
      }
    }
    throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is not the one of iodine");
  }

  private static Message parse(byte[] datagram) throws StepFailed {
    try {
      return new Message(datagram);
    } catch (IOException | RuntimeException e) {
      // Hostile bytes may meet any check of the library.
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered something other than DNS");
    }
  }
}
