package org.vpnprobe.config;

import java.util.Map;

/** What settings mean that bear no word of their own: the same in every protocol that has them. */
final class CommonKeys {
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("alpn", "Application protocols to offer (ALPN), in order."),
          Map.entry(
              "auth", "Digest of tls_auth: SHA1 (default), SHA224, SHA256, SHA384 or SHA512."),
          Map.entry("body", "A text that has to stand in the first 64 KiB of the page."),
          Map.entry(
              "ca", "Certificates (PEM) of the authorities that may have issued the server's."),
          Map.entry("cert", "The probe's own certificate and its chain (PEM)."),
          Map.entry(
              "data_ciphers",
              "Ciphers to offer for data, in order; all that we have when left out."),
          Map.entry("ed25519_id", "Ed25519 identity of the Tor relay."),
          Map.entry("fingerprint", "RSA identity of the Tor relay: 40 hexadecimal digits."),
          Map.entry("h1", "AmneziaWG: type of an initiation; plain WireGuard has 1."),
          Map.entry("h2", "AmneziaWG: type of a response; plain WireGuard has 2."),
          Map.entry("h3", "AmneziaWG: type of a cookie reply; plain WireGuard has 3."),
          Map.entry("h4", "AmneziaWG: type of transport data; plain WireGuard has 4."),
          Map.entry("header", "“Name: text”: a header that has to be there and hold the text."),
          Map.entry("hello", "What the ClientHello looks like, as far as it can be chosen."),
          Map.entry("host_key", "By what the server is known."),
          Map.entry("i1", "AmneziaWG 1.5: decoys sent before the junk."),
          Map.entry("i2", "AmneziaWG 1.5: decoys sent before the junk."),
          Map.entry("i3", "AmneziaWG 1.5: decoys sent before the junk."),
          Map.entry("i4", "AmneziaWG 1.5: decoys sent before the junk."),
          Map.entry("i5", "AmneziaWG 1.5: decoys sent before the junk."),
          Map.entry("jc", "AmneziaWG: how many junk datagrams go before an initiation."),
          Map.entry("jmax", "AmneziaWG: largest size of junk, bytes."),
          Map.entry("jmin", "AmneziaWG: least size of junk, bytes."),
          Map.entry("key", "The private key (PEM) of cert."),
          Map.entry("key_direction", "Of tls_auth: 0 or 1; none when one key serves both ways."),
          Map.entry("local_id", "Who the probe says it is."),
          Map.entry("network", "What carries the protocol; tcp when left out."),
          Map.entry("obfs_password", "The key of Salamander, where the server uses it."),
          Map.entry("passphrase", "What opens private_key when it is encrypted."),
          Map.entry("password", "Password of the probe's account, or the server's."),
          Map.entry("path", "Path of the request."),
          Map.entry("pin", "SHA-256 of the server's certificate, hexadecimal."),
          Map.entry("preshared_key", "Preshared key of the probe's peer entry at the server."),
          Map.entry(
              "private_key",
              "The probe's own private key; one in use elsewhere throws its user off."),
          Map.entry(
              "proposals",
              "What to offer, such as aes256-sha256-modp2048; a broad offer when left out."),
          Map.entry("psk", "The pre-shared key."),
          Map.entry("public_key", "The server's public key."),
          Map.entry(
              "remote_id", "Who the server has to be; the host of the address when left out."),
          Map.entry("s1", "AmneziaWG: random bytes before an initiation."),
          Map.entry("s2", "AmneziaWG: random bytes before a response."),
          Map.entry("s3", "AmneziaWG: random bytes before a cookie reply."),
          Map.entry("s4", "AmneziaWG: random bytes before transport data."),
          Map.entry("service_name", "Name of the gRPC service."),
          Map.entry("sni", "Server name to send; the host of the address when left out."),
          Map.entry("status", "The HTTP status that is expected; 200 when left out."),
          Map.entry("target", "What to reach through the server, for depth tunnel."),
          Map.entry("tls", "Inside TLS: true or false (default)."),
          Map.entry("tls_auth", "Static key that signs control packets."),
          Map.entry("tls_crypt", "Static key that encrypts control packets."),
          Map.entry("tls_crypt_v2", "Client key that encrypts control packets."),
          Map.entry("tunnel_address", "The probe's addresses inside the tunnel."),
          Map.entry("username", "User name of the probe's account."),
          Map.entry("uuid", "The id by which the server knows the probe."),
          Map.entry(
              "verify_name",
              "Name that the certificate has to be for; the server name when left out."),
          Map.entry("wrap", "What protects control packets, when its key is not at hand."));

  /** Where a name means something else. */
  private static final Map<String, String> APART =
      Map.of(
          "Obfs4Settings.cert", "The bridge's cert, as in its bridge line.",
          "SshSettings.private_key", "The probe's private key, OpenSSH's format or PEM.",
          "WebTunnelSettings.path", "The secret path of the bridge line's url.");

  private CommonKeys() {}

  /**
   * The meaning of a setting, empty when it is none of these.
   *
   * @param settings the record that it belongs to
   */
  static String meaning(Class<?> settings, String key) {
    String name = settings.getSimpleName();
    return APART.getOrDefault(
        name + "." + key, name.endsWith("Settings") ? MEANINGS.getOrDefault(key, "") : "");
  }
}
