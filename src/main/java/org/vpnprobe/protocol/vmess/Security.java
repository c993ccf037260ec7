package org.vpnprobe.protocol.vmess;

import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;

/**
 * How the body is protected; the header always is, by AES-128-GCM. Numbers and options as
 * v2ray-core has them (common/protocol/headers.proto, headers.go; proxy/vmess/outbound).
 */
public enum Security {
  AES_128_GCM(3, Options.CHUNKS | Options.MASKED | Options.PADDED),
  CHACHA20_POLY1305(4, Options.CHUNKS | Options.MASKED | Options.PADDED),
  /** Chunks in clear. */
  NONE(5, Options.CHUNKS | Options.MASKED),
  /** The target's bytes as they are. */
  ZERO(5, 0);

  private static final class Options {
    static final int CHUNKS = 1;
    static final int MASKED = 4;
    static final int PADDED = 8;
  }

  private final int number;
  private final int options;

  Security(int number, int options) {
    this.number = number;
    this.options = options;
  }

  /**
   * The word of the field; {@code auto} is what clients take on a machine that has AES in hardware.
   *
   * @throws InvalidSetting when it is none
   */
  static Security of(@Nullable String word) {
    return switch (word) {
      case null -> AES_128_GCM;
      case "auto", "aes-128-gcm" -> AES_128_GCM;
      case "chacha20-poly1305" -> CHACHA20_POLY1305;
      case "none" -> NONE;
      case "zero" -> ZERO;
      default ->
          throw new InvalidSetting(
              "security", "expected auto, aes-128-gcm, chacha20-poly1305, none or zero");
    };
  }

  int number() {
    return number;
  }

  int options() {
    return options;
  }

  boolean chunked() {
    return (options & Options.CHUNKS) != 0;
  }

  boolean padded() {
    return (options & Options.PADDED) != 0;
  }
}
