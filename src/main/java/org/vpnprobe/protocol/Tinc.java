package org.vpnprobe.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Description;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;

/**
 * A tinc node, to whom we give the name of a node that it knows. {@code handshake}: its own ID, and
 * the session key that it has encrypted to that node. Whoever has the name and not the key gets no
 * further.
 */
public final class Tinc implements Protocol<Tinc.TincSettings> {
  /**
   * @param node the name of a node for which the server has a host file; all others are kept
   *     waiting
   */
  public record TincSettings(
      @Description("Name of a node that the server knows; it is silent to others.") String node)
      implements Settings {
    public TincSettings {
      if (!node.matches("[A-Za-z0-9_]{1,64}")) {
        throw new InvalidSetting("node", "expected letters, digits and underscores");
      }
    }
  }

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** The protocol version of tinc 1.0 (src/protocol.h: PROT_CURRENT). */
  private static final String VERSION = "17";

  /** What an ID line and an encrypted key may take: an RSA key of 16384 bits has 4096 digits. */
  private static final int LONGEST = 8192;

  /** ID: 0, the node's name, its version (src/protocol_auth.c). */
  private static final Pattern ID = Pattern.compile("0 ([A-Za-z0-9_]{1,256}) (17(?:\\.\\d{1,3})?)");

  /** METAKEY: 1, cipher, digest, length of its tag, compression, the encrypted key. */
  private static final Pattern META_KEY =
      Pattern.compile("1 \\d{1,9} \\d{1,9} \\d{1,9} \\d{1,9} [0-9A-Fa-f]{64,}");

  @Override
  public String name() {
    return "tinc";
  }

  @Override
  public String summary() {
    return "tinc 1.0 node's ID and session key, for the name of a node that it knows";
  }

  @Override
  public About about() {
    return new About(
        "nothing",
        "handshake for the name of a node that the server knows",
        "TCP and one line: about 7 packets",
        "log lines; a connection that ends without a key",
        "gsliepen/tinc 1.0.36 src/protocol_auth.c",
        """
        - {name: mesh, protocol: tinc, address: "192.0.2.23:655", node: probe}
        """);
  }

  @Override
  public Class<TincSettings> settings() {
    return TincSettings.class;
  }

  @Override
  public int defaultPort() {
    return 655;
  }

  @Override
  public Facts facts(TincSettings settings) {
    return new Facts(
        Transport.TCP, Depth.HANDSHAKE, true, false, false, false, DEADLINE, Tcp.REPEATS, Set.of());
  }

  @Override
  public Session open(TincSettings settings, Trial trial) throws StepFailed {
    ByteStream stream = trial.path().tcp(trial.server());
    trial.reached(Depth.PORT, "TCP connection opened");
    if (trial.goal() == Depth.PORT) {
      return stream::close;
    }
    boolean done = false;
    try {
      trial.step(StepName.HANDSHAKE, () -> exchanged(settings, trial, stream));
      done = true;
      return stream::close;
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  private static boolean exchanged(TincSettings settings, Trial trial, ByteStream stream)
      throws StepFailed {
    String ours = "0 " + settings.node() + " " + VERSION + "\n";
    stream.write(ours.getBytes(StandardCharsets.US_ASCII));
    trial.observe("tinc_node", node(line(stream)));
    metaKey(line(stream));
    trial.reached(Depth.HANDSHAKE, "the node's ID, and a session key for the name that we gave");
    return true;
  }

  /** Reads an ID line and returns the node's name. */
  static String node(String line) throws StepFailed {
    Matcher id = ID.matcher(line);
    if (!id.matches()) {
      throw foreign();
    }
    return id.group(1);
  }

  /** Checks the form of a session key. */
  static void metaKey(String line) throws StepFailed {
    if (!META_KEY.matcher(line).matches()) {
      throw foreign();
    }
  }

  private static StepFailed foreign() {
    return new StepFailed(
        FailureKind.PROTO_UNEXPECTED_REPLY, "the answer is not the one of a tinc node");
  }

  private static String line(ByteStream stream) throws StepFailed {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (line.size() < LONGEST) {
      byte next = stream.readFully(1)[0];
      if (next == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1);
      }
      line.write(next);
    }
    throw foreign();
  }
}
