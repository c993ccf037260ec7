package org.vpnprobe.model;

/** What a middlebox of the lab can make of a packet, from its bytes alone. */
public enum TrafficKind {
  /** Any payload at all: its first byte is enough. */
  ANY,
  /** The first packet of a TCP connection that looks like nothing but ciphertext. */
  ENCRYPTED,
  HTTP,
  /** A request to a proxy to open a connection. */
  HTTP_CONNECT,
  IKEV2,
  OPENVPN,
  QUIC,
  SSH,
  TLS,
  WIREGUARD;

  public String id() {
    return Names.id(this);
  }
}
