package org.vpnprobe.protocol;

import java.util.Optional;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;

/**
 * The settings of one protocol: a record next to its handshake, bound straight from YAML. Its
 * components are the YAML keys in snake_case; {@code @Nullable} ones are optional. Types of
 * components and their YAML forms are listed in {@code org.vpnprobe.config}. A compact constructor
 * may throw {@link InvalidSetting} for rules between keys.
 */
public interface Settings {
  /**
   * The server name that the handshake shows to everybody on the way (RFC 6066 section 3).
   *
   * @param host the server as the user named it
   * @return empty when it shows none
   */
  default Optional<String> serverName(String host) {
    return ServerNames.shown(this, host);
  }

  /**
   * The same settings with another server name, empty when the handshake has none. No certificate
   * passes with them: whoever answers to that name gets nothing secret.
   */
  default Optional<Settings> withServerName(String name) {
    return ServerNames.with(this, name);
  }

  /**
   * True when data can be sent again and again through an open session: through a tunnel of
   * packets, to a target that echoes, or by {@link Session#exchange}.
   *
   * @param ceiling the deepest depth that these settings can prove
   */
  default boolean carriesData(Depth ceiling) {
    return ceiling == Depth.TUNNEL && RecordKeys.target(this).map(Target::echoes).orElse(true);
  }
}
