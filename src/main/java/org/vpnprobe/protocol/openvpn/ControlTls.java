package org.vpnprobe.protocol.openvpn;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.openvpn.ControlPacket.Message;

/**
 * TLS inside a control channel: the engine's records are cut into control messages, and every TLS
 * record that carries application data is one unit, as OpenVPN writes and reads them. One thread.
 */
public final class ControlTls {
  /** TLS bytes in one packet: with every wrapping below the 1250 of {@code --max-packet-size}. */
  static final int MAX_PAYLOAD = 1100;

  /** Handshake messages a server may send before it is cut off; a chain is some 10 kB. */
  private static final int MAX_HANDSHAKE = 1 << 17;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final ControlChannel channel;
  private final Clock clock;
  private int reserved;
  private Opcode opcode = Opcode.CONTROL_V1;
  private ByteBuffer incoming = ByteBuffer.allocate(0);
  private final ByteBuffer plain;
  private int received;

  public ControlTls(SSLEngine engine, ControlChannel channel, Clock clock) {
    this.engine = engine;
    this.channel = channel;
    this.clock = clock;
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
  }

  /**
   * Lets the first packet be CONTROL_WKC_V1, which carries the wrapped client key.
   *
   * @param wrappedKey the length of the key, which the payload has to make room for
   */
  public void showWrappedKeyFirst(int wrappedKey) {
    opcode = Opcode.CONTROL_WKC_V1;
    reserved = wrappedKey;
  }

  /**
   * Performs the TLS handshake.
   *
   * @throws SSLException when either side refuses; an alert that explains it has been queued
   * @throws StepFailed when the control channel fails
   */
  public void handshake() throws SSLException, StepFailed {
    engine.beginHandshake();
    try {
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_WRAP -> wrap(NOTHING);
          case NEED_TASK -> runTasks();
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
            switch (unwrap()) {
              case BUFFER_UNDERFLOW -> feedHandshake();
              case OK -> {}
              case BUFFER_OVERFLOW, CLOSED ->
                  throw new SSLException("the other side closed the TLS session");
            }
          }
          case FINISHED, NOT_HANDSHAKING -> {
            channel.flush();
            return;
          }
        }
      }
    } catch (SSLException e) {
      sayWhy();
      throw e;
    }
  }

  private void feedHandshake() throws SSLException, StepFailed {
    feed(ControlChannel.AS_LONG_AS_THE_DEADLINE);
    if (received > MAX_HANDSHAKE) {
      throw new SSLException("the other side's handshake has no end");
    }
  }

  /** Sends one unit of application data as one TLS record. */
  public void write(byte[] unit) throws SSLException, StepFailed {
    ByteBuffer source = ByteBuffer.wrap(unit);
    while (source.hasRemaining()) {
      wrap(source);
    }
    channel.flush();
  }

  /**
   * The next unit of application data.
   *
   * @return null when none came within {@code atMost}
   * @throws SSLException for an alert, also for a close by the other side
   */
  public byte @Nullable [] read(Duration atMost) throws SSLException, StepFailed {
    Instant until = clock.instant().plus(atMost);
    while (true) {
      plain.clear();
      SSLEngineResult.Status status = unwrap();
      if (plain.position() > 0) {
        return Arrays.copyOf(plain.array(), plain.position());
      }
      switch (status) {
        case CLOSED -> throw new SSLException("the server closed the TLS session");
        case BUFFER_UNDERFLOW -> {
          if (!feed(Duration.between(clock.instant(), until))) {
            return null;
          }
        }
        case BUFFER_OVERFLOW -> throw new SSLException("a TLS record is too large");
        case OK -> afterUnwrap();
      }
    }
  }

  /** True when the other side has sent anything inside the control channel. */
  boolean hasReceived() {
    return received > 0;
  }

  /** The negotiated version, {@code TLSv1.3}. */
  String version() {
    return engine.getSession().getProtocol();
  }

  /** Data keys by the TLS exporter (RFC 5705, RFC 8446 §7.5), empty when this session has none. */
  public Optional<byte[]> exportKeys() {
    try {
      return engine.getSession() instanceof ExtendedSSLSession session
          ? Optional.of(
              session.exportKeyingMaterialData(DataKeys.EXPORTER_LABEL, null, StaticKey.LENGTH))
          : Optional.empty();
    } catch (SSLKeyException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Closes the TLS session: a close_notify is sent as far as the link lets. */
  public void close() throws StepFailed {
    engine.closeOutbound();
    sayWhy();
  }

  /** TLS 1.3 may answer a key update, or have a task left. */
  private void afterUnwrap() throws SSLException {
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      wrap(NOTHING);
    }
  }

  /** Sends the alert that the engine wants to send after a failure, if any. */
  private void sayWhy() throws StepFailed {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && wrap(NOTHING) == SSLEngineResult.Status.OK) {}
    } catch (SSLException e) {
      // The engine reports the failure again; the caller has it already.
    }
    channel.flush();
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private SSLEngineResult.Status wrap(ByteBuffer source) throws SSLException {
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    SSLEngineResult result = engine.wrap(source, record);
    record.flip();
    while (record.hasRemaining()) {
      byte[] payload = new byte[Math.min(record.remaining(), Math.max(64, MAX_PAYLOAD - reserved))];
      record.get(payload);
      channel.send(opcode, payload);
      opcode = Opcode.CONTROL_V1;
      reserved = 0;
    }
    return result.getStatus();
  }

  private SSLEngineResult.Status unwrap() throws SSLException {
    return engine.unwrap(incoming, plain).getStatus();
  }

  /** Appends the next control message to what the engine has not consumed; false when none came. */
  private boolean feed(Duration atMost) throws StepFailed {
    Message message = channel.receive(atMost);
    if (message == null) {
      return false;
    }
    received += message.payload().length;
    ByteBuffer joined = ByteBuffer.allocate(incoming.remaining() + message.payload().length);
    joined.put(incoming).put(message.payload()).flip();
    incoming = joined;
    return true;
  }
}
