package org.vpnprobe.protocol.openvpn;

import java.util.Optional;

/** The packet types in the upper five bits of the first byte (wire protocol draft, §3.1). */
public enum Opcode {
  SOFT_RESET_V1(3),
  CONTROL_V1(4),
  ACK_V1(5),
  DATA_V1(6),
  HARD_RESET_CLIENT_V2(7),
  HARD_RESET_SERVER_V2(8),
  DATA_V2(9),
  /** The first packet of a tls-crypt-v2 client: the wrapped client key follows in the clear. */
  HARD_RESET_CLIENT_V3(10),
  /** CONTROL_V1 with the wrapped client key appended, for a server that kept no state. */
  CONTROL_WKC_V1(11);

  private final int code;

  Opcode(int code) {
    this.code = code;
  }

  /** The first byte of a packet of this type. */
  public int firstByte(int keyId) {
    return code << 3 | keyId;
  }

  /** True when packets of this type carry no control message but tunnel data. */
  public boolean isData() {
    return this == DATA_V1 || this == DATA_V2;
  }

  /** The type of a packet by its first byte, empty when there is no such type. */
  public static Optional<Opcode> of(int firstByte) {
    for (Opcode opcode : values()) {
      if (opcode.code == (firstByte & 0xff) >> 3) {
        return Optional.of(opcode);
      }
    }
    return Optional.empty();
  }
}
