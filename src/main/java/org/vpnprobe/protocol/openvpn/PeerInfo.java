package org.vpnprobe.protocol.openvpn;

import java.util.List;
import java.util.stream.Collectors;
import org.vpnprobe.model.Transport;

/** What a client tells of itself inside TLS, in key method 2. */
final class PeerInfo {
  /** Bits of IV_PROTO (ssl.h of the reference implementation). */
  static final int DATA_V2 = 1 << 1;

  /** The server may push without being asked. */
  static final int REQUEST_PUSH = 1 << 2;

  static final int TLS_KEY_EXPORT = 1 << 3;
  static final int AUTH_PENDING_KEYWORDS = 1 << 4;
  static final int CC_EXIT_NOTIFY = 1 << 7;
  static final int AUTH_FAIL_TEMP = 1 << 8;

  private PeerInfo() {}

  /** Lines of {@code NAME=value}; the GUI version lets a server's owner know who called. */
  static String lines(boolean modern, boolean exporter, List<DataCipher> ciphers) {
    int proto = DATA_V2 | REQUEST_PUSH;
    if (modern) {
      proto |= AUTH_PENDING_KEYWORDS | CC_EXIT_NOTIFY | AUTH_FAIL_TEMP;
    }
    if (exporter) {
      proto |= TLS_KEY_EXPORT;
    }
    return String.join(
        "\n",
        modern ? "IV_VER=2.6.14" : "IV_VER=2.5.9",
        "IV_PLAT=linux",
        "IV_TCPNL=1",
        "IV_MTU=1600",
        "IV_NCP=2",
        "IV_CIPHERS=" + ciphers.stream().map(DataCipher::wireName).collect(Collectors.joining(":")),
        "IV_PROTO=" + proto,
        "IV_GUI_VER=vpnprobe",
        "");
  }

  /** The options string of a tun client; servers compare it and warn. */
  static String options(Transport transport, DataCipher cipher) {
    boolean udp = transport == Transport.UDP;
    return "V4,dev-type tun,link-mtu "
        + (udp ? 1549 : 1551)
        + ",tun-mtu 1500,proto "
        + (udp ? "UDPv4" : "TCPv4_CLIENT")
        + ",cipher "
        + cipher.wireName()
        + ",auth [null-digest],keysize "
        + 8 * cipher.keyLength()
        + ",key-method 2,tls-client";
  }
}
