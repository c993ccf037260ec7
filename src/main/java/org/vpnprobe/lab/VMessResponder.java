package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.UserId;
import org.vpnprobe.protocol.vmess.Chunks;
import org.vpnprobe.protocol.vmess.RequestHeader;
import org.vpnprobe.protocol.vmess.ResponseHeader;
import org.vpnprobe.protocol.vmess.Security;
import org.vpnprobe.protocol.vmess.VMessSettings;

/** Embedded VMess servers, with a target behind them; silent to those they do not know. */
final class VMessResponder implements ResponderFactory<VMessSettings> {
  private final Clock clock;
  private final RandomGenerator random = new SecureRandom();

  VMessResponder(Clock clock) {
    this.clock = clock;
  }

  @Override
  public String protocol() {
    return "vmess";
  }

  @Override
  public Class<VMessSettings> settings() {
    return VMessSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of("vmess_uuid", "b831381d-6324-4d53-ad4f-8cda48b30811");
  }

  @Override
  public Responder start(VMessSettings settings) throws IOException {
    Secret uuid = settings.uuid();
    byte[] user = new byte[16];
    random.nextBytes(user); // Whom nobody is.
    byte[] key = RequestHeader.commandKey(uuid == null ? user : UserId.of(uuid));
    return V2RayListener.start(settings.transport(), (in, out) -> serve(key, in, out));
  }

  private void serve(byte[] key, InputStream in, OutputStream out) throws IOException {
    Optional<RequestHeader> known =
        RequestHeader.open(
            key,
            clock.instant(),
            length -> {
              byte[] bytes = in.readNBytes(length);
              if (bytes.length < length) {
                throw new EOFException("no request");
              }
              return bytes;
            });
    if (known.isEmpty()) {
      in.transferTo(OutputStream.nullOutputStream());
      return;
    }
    RequestHeader request = known.get();
    OutputStream back = new VlessResponder.Preceded(out, ResponseHeader.seal(request.keys()));
    int port = request.target().port();
    if (request.security() == Security.ZERO) {
      InnerTarget.serve(port, in, back);
      return;
    }
    Chunks sending = request.keys().response(request.security());
    OutputStream sealing =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            back.write(sending.seal(Arrays.copyOfRange(bytes, offset, offset + length), random));
          }
        };
    Chunks receiving = request.keys().request(request.security());
    InnerTarget.serve(port, new Opening(new DataInputStream(in), receiving), sealing);
    back.write(sending.seal(new byte[0], random));
  }

  /** The bytes in a client's chunks. */
  private static final class Opening extends InputStream {
    private final DataInputStream in;
    private final Chunks chunks;
    private byte[] plain = new byte[0];
    private int position;
    private boolean over;

    Opening(DataInputStream in, Chunks chunks) {
      this.in = in;
      this.chunks = chunks;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == plain.length && !over) {
        next();
      }
      if (over) {
        return -1;
      }
      int count = Math.min(length, plain.length - position);
      System.arraycopy(plain, position, bytes, offset, count);
      position += count;
      return count;
    }

    private void next() throws IOException {
      try {
        Chunks.Size size = chunks.size(in.readUnsignedShort());
        byte[] sealed = new byte[size.sealed()];
        in.readFully(sealed);
        in.readFully(new byte[size.padding()]);
        plain = chunks.open(sealed);
        position = 0;
        over = plain.length == 0;
      } catch (StepFailed e) {
        throw new IOException(e);
      }
    }
  }
}
