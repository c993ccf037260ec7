package org.vpnprobe.layer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;

/**
 * The plaintext of a TLS connection. Its deadline is that of the stream below; closing it says
 * goodbye (close_notify, RFC 8446 section 6.1) and closes that stream too.
 */
public final class TlsStream extends ThroughStream {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final SSLEngine engine;
  private final X509TrustManager judge;
  private final Object writing = new Object();
  private final ByteArrayOutputStream outgoing = new ByteArrayOutputStream();
  private ByteBuffer incoming;
  private ByteBuffer plain;
  private long received;
  private boolean closed;

  TlsStream(SSLEngine engine, X509TrustManager judge, ByteStream wire) {
    super(wire);
    this.engine = engine;
    this.judge = judge;
    this.incoming = ByteBuffer.allocate(0);
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  /** The protocol that ALPN chose, empty when none was. */
  public String applicationProtocol() {
    String chosen = engine.getApplicationProtocol();
    return chosen == null ? "" : chosen;
  }

  /** {@code TLSv1.3} or {@code TLSv1.2}. */
  public String version() {
    return engine.getSession().getProtocol();
  }

  /**
   * For a library that sets up TLS itself, such as an HTTP/2 client: a factory whose sockets are
   * this stream, its handshake done and its certificate already judged. A socket over this stream
   * (see {@link org.vpnprobe.net.PathSockets#factory}) goes in and comes out in the clothes of TLS.
   */
  public SSLSocketFactory finished() {
    return new TlsSocket.Factory(engine.getSession(), applicationProtocol());
  }

  /**
   * For the same library: whom it would trust. It is never asked, since nothing is left to judge.
   */
  public X509TrustManager judged() {
    return judge;
  }

  /**
   * Whether the server has said goodbye: a close_notify comes from the server alone, a mere end of
   * the connection from anybody.
   */
  public boolean closedByPeer() {
    return engine.isInboundDone();
  }

  /** The certificate that the server showed in the handshake. */
  public X509Certificate certificate() throws StepFailed {
    try {
      return (X509Certificate) engine.getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server showed no certificate");
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (length == 0) {
      return 0;
    }
    try {
      while (!plain.hasRemaining()) {
        SSLEngineResult.Status status = unwrap();
        if (plain.hasRemaining()) {
          break;
        }
        if (status == SSLEngineResult.Status.CLOSED
            || (status == SSLEngineResult.Status.BUFFER_UNDERFLOW && !feed())) {
          return -1;
        }
        afterUnwrap();
      }
    } catch (SSLException e) {
      throw TlsAlerts.failure(e, "the TLS connection broke");
    }
    int count = Math.min(length, plain.remaining());
    plain.get(buffer, offset, count);
    return count;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    ByteBuffer source = ByteBuffer.wrap(buffer, offset, length);
    try {
      while (source.hasRemaining()) {
        if (wrap(source).getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new StepFailed(FailureKind.EOF_ERROR, "the TLS connection was closed");
        }
      }
      send();
    } catch (SSLException e) {
      throw TlsAlerts.failure(e, "the TLS connection broke");
    }
  }

  /** Unwraps one record; what it holds stands in {@link #plain}. */
  SSLEngineResult.Status unwrap() throws SSLException {
    plain.clear();
    try {
      SSLEngineResult.Status status = engine.unwrap(incoming, plain).getStatus();
      if (status == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        throw new SSLException("a TLS record is too large");
      }
      return status;
    } finally {
      plain.flip();
    }
  }

  /** Wraps one record, for {@link #send}. */
  SSLEngineResult wrap(ByteBuffer source) throws SSLException {
    synchronized (writing) {
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      SSLEngineResult result = engine.wrap(source, record);
      outgoing.write(record.array(), 0, record.position());
      return result;
    }
  }

  /**
   * Sends all records that were wrapped. A flight leaves in one piece, as real clients send it: a
   * server that refuses its first record resets the connection, and a second write would lose the
   * alert that says why.
   */
  void send() throws StepFailed {
    synchronized (writing) {
      byte[] records = outgoing.toByteArray();
      outgoing.reset();
      if (records.length > 0) {
        inner.write(records);
      }
    }
  }

  /** Reads more of what the engine has not consumed; false at the end of the stream below. */
  boolean feed() throws StepFailed {
    byte[] chunk = new byte[engine.getSession().getPacketBufferSize()];
    int count = inner.read(chunk, 0, chunk.length);
    if (count < 0) {
      return false;
    }
    received += count;
    ByteBuffer joined = ByteBuffer.allocate(incoming.remaining() + count);
    joined.put(incoming).put(chunk, 0, count).flip();
    incoming = joined;
    return true;
  }

  /** Bytes that came from the server so far. */
  long received() {
    return received;
  }

  /** What came and has not been consumed. */
  ByteBuffer pending() {
    return incoming.asReadOnlyBuffer();
  }

  void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Sends what the engine still wants to say: an alert, a close. */
  void flush() throws StepFailed {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && wrap(NOTHING).getStatus() == SSLEngineResult.Status.OK) {}
    } catch (SSLException e) {
      // The engine repeats what the caller knows already.
    }
    send();
  }

  /** TLS 1.3 may answer a key update, or have a task left. */
  private void afterUnwrap() throws StepFailed {
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
    flush();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    engine.closeOutbound();
    try {
      flush();
    } catch (StepFailed e) {
      // Whoever is gone needs no goodbye.
    }
    inner.close();
  }
}
