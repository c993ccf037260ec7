package org.vpnprobe.protocol.shadowsocks;

import java.util.Arrays;
import java.util.Optional;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * Datagrams of either side, sealed each for itself. Before 2022 a packet begins with a salt; SIP022
 * section 3.2 has an encrypted header of session and packet number in its place.
 */
public final class Packets {
  /** Session id and packet id together. */
  private static final int HEADER = 16;

  /**
   * An opened packet.
   *
   * @param session who sent it: salt, or session id
   */
  public record Opened(byte[] session, byte[] body) {}

  private final Method method;
  private final byte[] key;

  public Packets(Method method, byte[] key) {
    this.method = method;
    this.key = key;
  }

  /** How long {@code session} is: a salt, or a session id. */
  public int sessionLength() {
    return method.edition2022() ? 8 : method.keyLength();
  }

  /**
   * Seals a packet.
   *
   * @param session a fresh salt, or the session's id
   * @param number of the packet in its session, 0 for the first; before 2022 of no meaning
   */
  public byte[] seal(byte[] session, long number, byte[] body) {
    byte[] subkey = method.subkey(key, session);
    if (!method.edition2022()) {
      byte[] sealed = method.seal(subkey, Method.nonce(0), body);
      return new ByteWriter().bytes(session).bytes(sealed).toByteArray();
    }
    byte[] header = new ByteWriter().bytes(session).u64(number).toByteArray();
    return new ByteWriter()
        .bytes(Method.block(true, key, header))
        .bytes(method.seal(subkey, Arrays.copyOfRange(header, 4, HEADER), body))
        .toByteArray();
  }

  /** Opens a packet; empty when it was not sealed with this key. */
  public Optional<Opened> open(byte[] datagram) {
    int head = method.edition2022() ? HEADER : method.keyLength();
    if (datagram.length < head + Method.TAG) {
      return Optional.empty();
    }
    byte[] begin = Arrays.copyOf(datagram, head);
    byte[] header = method.edition2022() ? Method.block(false, key, begin) : begin;
    byte[] session = Arrays.copyOf(header, sessionLength());
    byte[] nonce = method.edition2022() ? Arrays.copyOfRange(header, 4, HEADER) : Method.nonce(0);
    return method
        .open(
            method.subkey(key, session), nonce, Arrays.copyOfRange(datagram, head, datagram.length))
        .map(body -> new Opened(session, body));
  }
}
