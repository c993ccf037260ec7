package org.vpnprobe.layer.quic;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.Trust;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;

/**
 * A whole QUIC version 1 connection whose server has proved its key (RFC 9000, 9001). Used by one
 * thread; {@link #close()} ends every thread that serves it.
 */
public interface QuicConnection extends AutoCloseable {
  /**
   * What the client says and expects.
   *
   * @param sni the server name to send
   * @param alpn the one application protocol to offer
   * @param trust by what the server's certificate is known
   * @param host the name or address that the certificate must be for, null for any
   */
  record Offer(String sni, String alpn, Trust trust, @Nullable String host) {}

  /** Is told what happened during the handshake, on the caller's thread. */
  interface Listener {
    /** An Initial packet of the server opened and acknowledged ours: this is a QUIC server. */
    void answered();

    /** {@code quic_retry tls_certificate_sha256 tls_issuer}. */
    void observe(String key, String value);
  }

  /**
   * Performs the handshake. When it returns, the server has proved that it holds the key of a
   * certificate that is trusted.
   *
   * @param socket is closed when the handshake fails, and with the connection
   * @throws StepFailed {@code tls_alert:n} or {@code quic_closed:n} when the server ends it, an
   *     {@code ssl_*} failure when its certificate is not trusted, {@code
   *     quic_incompatible_version}, {@code generic_timeout_error} and the socket's own failures,
   *     {@code proto_malformed_reply}, {@code instrument_error} for what the library cannot do
   */
  static QuicConnection connect(Datagrams socket, Offer offer, Listener listener, Clock clock)
      throws StepFailed {
    return KwikConnection.connect(socket, offer, listener, clock);
  }

  /** Opens a bidirectional stream; its {@code close} ends both directions. */
  ByteStream open() throws StepFailed;

  /** Opens a bidirectional stream, writes all that there is to say, and ends its own direction. */
  ByteStream ask(byte[] all) throws StepFailed;

  /** Begins a unidirectional stream that stays open. */
  void announce(byte[] first) throws StepFailed;

  /** Says goodbye and closes the socket; idempotent. */
  @Override
  void close();
}
