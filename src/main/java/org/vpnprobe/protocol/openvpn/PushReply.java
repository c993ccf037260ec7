package org.vpnprobe.protocol.openvpn;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;

/**
 * The options a server pushes: {@code PUSH_REPLY,option,option…}. Several messages make one reply
 * when they carry {@code push-continuation 2}.
 *
 * @param options in the server's order, without continuations
 */
public record PushReply(List<String> options) {
  private static final String PREFIX = "PUSH_REPLY";
  private static final int MAX_OPTIONS = 4096;

  public PushReply {
    options = List.copyOf(options);
  }

  /** True when this control message is (a part of) a push reply. */
  public static boolean is(String message) {
    return message.equals(PREFIX) || message.startsWith(PREFIX + ",");
  }

  /** True when more parts follow this one. */
  public static boolean continues(String message) {
    return words(message).contains("push-continuation 2");
  }

  /**
   * The reply in these messages.
   *
   * @throws StepFailed {@code proto_malformed_reply} when there are too many options
   */
  public static PushReply of(List<String> messages) throws StepFailed {
    List<String> options = new ArrayList<>();
    for (String message : messages) {
      for (String option : words(message)) {
        if (!option.startsWith("push-continuation ")) {
          options.add(option);
        }
      }
    }
    if (options.size() > MAX_OPTIONS) {
      throw new StepFailed(FailureKind.PROTO_MALFORMED_REPLY, "more than 4096 pushed options");
    }
    return new PushReply(options);
  }

  /** The control message as a server sends it. */
  public String encode() {
    return PREFIX + "," + String.join(",", options);
  }

  /** {@code peer-id}, 24 bits; without it the data channel is DATA_V1. */
  public OptionalInt peerId() {
    String id = argument("peer-id", 0);
    return id != null && id.matches("\\d{1,8}") && Integer.parseInt(id) < 1 << 24
        ? OptionalInt.of(Integer.parseInt(id))
        : OptionalInt.empty();
  }

  /** The name of the negotiated data cipher, empty from a server that does not negotiate. */
  public Optional<String> cipher() {
    return Optional.ofNullable(argument("cipher", 0));
  }

  /** The data keys come from the TLS exporter. */
  public boolean exportedKeys() {
    return flag("tls-ekm") || "tls-ekm".equals(argument("key-derivation", 0));
  }

  /** The server wants {@code EXIT} on the control channel when we leave. */
  public boolean exitOnControlChannel() {
    return flag("cc-exit");
  }

  /** What the server puts around each packet. */
  CompressionFraming framing() {
    return CompressionFraming.of(options);
  }

  /** Our IPv4 address inside. */
  public Optional<InetAddress> ipv4() {
    return address(argument("ifconfig", 0));
  }

  /** Our IPv6 address inside. */
  public Optional<InetAddress> ipv6() {
    String prefix = argument("ifconfig-ipv6", 0);
    return address(prefix == null ? null : prefix.split("/", 2)[0]);
  }

  /**
   * The server's IPv4 address inside: the gateway; in {@code topology net30}, where the gateway
   * answers nothing, the host route to the server; else the other end of the point-to-point link.
   */
  public Optional<InetAddress> serverIpv4() {
    Optional<InetAddress> gateway = address(argument("route-gateway", 0));
    if (gateway.isPresent()) {
      return gateway;
    }
    if ("subnet".equals(argument("topology", 0))) {
      return Optional.empty();
    }
    for (String option : options) {
      String[] words = option.split(" ", -1);
      if (words.length == 2 && words[0].equals("route")) {
        return address(words[1]);
      }
    }
    return address(argument("ifconfig", 1));
  }

  /** The server's IPv6 address inside. */
  public Optional<InetAddress> serverIpv6() {
    return address(argument("ifconfig-ipv6", 1));
  }

  private boolean flag(String flag) {
    return options.stream()
        .map(option -> option.split(" ", -1))
        .anyMatch(
            words -> words[0].equals("protocol-flags") && Arrays.asList(words).contains(flag));
  }

  /** An argument of the last option of this name, null when there is none. */
  private @Nullable String argument(String name, int index) {
    String found = null;
    for (String option : options) {
      String[] words = option.split(" ", -1);
      if (words[0].equals(name) && words.length > index + 1) {
        found = words[index + 1];
      }
    }
    return found;
  }

  private static List<String> words(String message) {
    String[] words = message.split(",", -1);
    return Arrays.asList(words).subList(Math.min(1, words.length), words.length);
  }

  /** An address literal; names are none, so that nothing is looked up. */
  private static Optional<InetAddress> address(@Nullable String literal) {
    if (literal == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
