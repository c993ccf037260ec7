package org.vpnprobe.protocol.shadowsocks;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.model.Transport;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Target;

/**
 * How a Shadowsocks client is configured.
 *
 * @param method the cipher's name
 * @param password any text; for methods of 2022 base64 of a key. Without it nothing is answered
 * @param target what to reach through the server: only relayed data proves anything
 * @param transport tcp, or udp for datagrams; tcp when left out
 * @param prefix how the salt of a stream begins, each character (up to U+00FF) one byte, as Outline
 *     has it; at most half of the salt
 */
public record ShadowsocksSettings(
    String method,
    @Nullable Secret password,
    Target target,
    @Nullable Transport transport,
    @Nullable String prefix)
    implements Settings {

  public ShadowsocksSettings {
    Method cipher = Method.of(method);
    if (password != null) {
      if (password.bytes().length == 0) {
        throw new InvalidSetting("password", "expected a password");
      }
      cipher.key(password);
    }
    if (transport == Transport.UDP) {
      if (!target.takesDatagrams()) {
        throw new InvalidSetting("target", "datagrams need a target echo:// or dns://");
      }
      if (cipher.edition2022() && cipher.chacha()) {
        throw new InvalidSetting("transport", "datagrams of " + method + " are not there, use tcp");
      }
    }
    if (prefix != null) {
      if (transport == Transport.UDP || cipher.edition2022()) {
        throw new InvalidSetting("prefix", "is for streams of methods before 2022");
      }
      int longest = cipher.keyLength() / 2;
      if (prefix.length() > longest || prefix.chars().anyMatch(c -> c > 0xff)) {
        throw new InvalidSetting(
            "prefix", "expected at most " + longest + " characters, none beyond U+00FF");
      }
    }
  }

  /** The cipher. */
  public Method cipher() {
    return Method.of(method);
  }

  /** What carries it. */
  public Transport carrier() {
    return transport == null ? Transport.TCP : transport;
  }

  /** The first bytes of a stream's salt. */
  public byte[] saltPrefix() {
    return prefix == null ? new byte[0] : prefix.getBytes(StandardCharsets.ISO_8859_1);
  }
}
