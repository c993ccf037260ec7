package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.UserId;
import org.vpnprobe.protocol.Vless.VlessSettings;

/** Embedded VLESS servers, with a target behind them. */
final class VlessResponder implements ResponderFactory<VlessSettings> {
  /** The type of an address that is a name; 1 is IPv4, 3 IPv6. */
  private static final int NAME = 2;

  @Override
  public String protocol() {
    return "vless";
  }

  @Override
  public Class<VlessSettings> settings() {
    return VlessSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of("vless_uuid", "27848739-7e62-4138-9fd3-098a63964b6b");
  }

  @Override
  public Responder start(VlessSettings settings) throws IOException {
    Secret uuid = settings.uuid();
    byte[] user = uuid == null ? null : UserId.of(uuid);
    return V2RayListener.start(
        settings.transport(),
        (in, out) -> {
          DataInputStream request = new DataInputStream(in);
          if (request.read() == 0 && Arrays.equals(request.readNBytes(16), user)) {
            request.readNBytes(request.readUnsignedByte());
            request.readUnsignedByte();
            int port = request.readUnsignedShort();
            address(request);
            InnerTarget.serve(port, request, new Preceded(out, new byte[2]));
          }
        });
  }

  private static void address(DataInputStream request) throws IOException {
    int type = request.readUnsignedByte();
    request.readNBytes(type == NAME ? request.readUnsignedByte() : type == 1 ? 4 : 16);
  }

  /** A stream whose first bytes take others along. */
  static final class Preceded extends OutputStream {
    private final OutputStream out;
    private byte[] before;

    Preceded(OutputStream out, byte[] before) {
      this.out = out;
      this.before = before;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      byte[] all = Arrays.copyOf(before, before.length + length);
      System.arraycopy(bytes, offset, all, before.length, length);
      before = new byte[0];
      out.write(all);
      out.flush();
    }
  }
}
