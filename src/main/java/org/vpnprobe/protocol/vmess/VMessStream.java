package org.vpnprobe.protocol.vmess;

import org.vpnprobe.model.Depth;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.ThroughStream;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Trial;
import org.vpnprobe.protocol.V2RayTransport;

/** The way to the target: the request before our first bytes, the response before its. */
final class VMessStream extends ThroughStream {
  private final V2RayTransport.Opened opened;
  private final RequestHeader header;
  private final Trial trial;
  private final Chunks sending;
  private final Chunks receiving;
  private byte[] request;
  private boolean answered;
  private boolean over;
  private ByteReader plain = new ByteReader(new byte[0]);

  /**
   * @param request the sealed header
   */
  VMessStream(V2RayTransport.Opened opened, RequestHeader header, byte[] request, Trial trial) {
    super(opened.stream());
    this.opened = opened;
    this.header = header;
    this.trial = trial;
    this.sending = header.keys().request(header.security());
    this.receiving = header.keys().response(header.security());
    this.request = request;
  }

  /** Whether the server has proved that it opened our request. */
  boolean answered() {
    return answered;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    byte[] bytes = new byte[length];
    System.arraycopy(buffer, offset, bytes, 0, length);
    ByteWriter message = new ByteWriter().bytes(request);
    if (!header.security().chunked()) {
      message.bytes(bytes);
    } else if (length > 0) { // A chunk without bytes would end it.
      message.bytes(sending.seal(bytes, trial.random()));
    }
    request = new byte[0];
    inner.write(message.toByteArray());
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (!answered) {
      if (request.length > 0) {
        write(new byte[0]); // A target that speaks first.
      }
      answer();
      answered = true;
      trial.reached(Depth.AUTHENTICATED, "the response header opened with our session's keys");
    }
    if (!header.security().chunked()) {
      return inner.read(buffer, offset, length);
    }
    if (!plain.hasRemaining() && !over && length > 0) {
      next();
    }
    if (over) {
      return -1;
    }
    byte[] bytes = plain.bytes(Math.min(length, plain.remaining()));
    System.arraycopy(bytes, 0, buffer, offset, bytes.length);
    return bytes.length;
  }

  private void answer() throws StepFailed {
    byte[] sealed = new byte[ResponseHeader.LENGTH];
    int first = inner.read(sealed, 0, sealed.length);
    if (first < 0) {
      throw opened.ended("uuid or clock");
    }
    System.arraycopy(
        inner.readFully(sealed.length - first), 0, sealed, first, sealed.length - first);
    int length = ResponseHeader.length(header.keys(), sealed);
    ResponseHeader.check(header.keys(), inner.readFully(length));
  }

  private void next() throws StepFailed {
    Chunks.Size size = receiving.size(new ByteReader(inner.readFully(2)).u16());
    byte[] bytes = receiving.open(inner.readFully(size.sealed()));
    inner.readFully(size.padding());
    plain = new ByteReader(bytes);
    over = bytes.length == 0;
  }

  @Override
  public void close() {
    try {
      if (answered && !over && header.security().chunked()) {
        inner.write(sending.seal(new byte[0], trial.random()));
      }
    } catch (StepFailed e) {
      // Whoever is gone needs no goodbye.
    }
    inner.close();
  }
}
