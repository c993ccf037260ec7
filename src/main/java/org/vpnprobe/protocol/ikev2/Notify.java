package org.vpnprobe.protocol.ikev2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * A notification (RFC 7296 section 3.10); its SPI, if any, is skipped.
 *
 * @param type an error below {@link Ike#FIRST_STATUS}, else a status
 */
public record Notify(int type, byte[] data) {
  /** The payload, about no SA in particular. */
  public Payload payload() {
    return new Payload(
        Ike.NOTIFY, new ByteWriter().u8(0).u8(0).u16(type).bytes(data).toByteArray());
  }

  public static Notify decode(byte[] body) throws StepFailed {
    ByteReader in = new ByteReader(body);
    in.skip(1);
    int spi = in.u8();
    int type = in.u16();
    in.skip(spi);
    return new Notify(type, in.rest());
  }

  /** All notifications of a message, in order. */
  public static List<Notify> all(List<Payload> payloads) throws StepFailed {
    List<Notify> all = new ArrayList<>();
    for (Payload payload : payloads) {
      if (payload.type() == Ike.NOTIFY) {
        all.add(decode(payload.body()));
      }
    }
    return all;
  }

  /** The first notification of this type. */
  public static Optional<Notify> find(List<Notify> all, int type) {
    return all.stream().filter(notify -> notify.type() == type).findFirst();
  }

  /** The first error. */
  public static Optional<Notify> error(List<Notify> all) {
    return all.stream().filter(notify -> notify.type() < Ike.FIRST_STATUS).findFirst();
  }

  @Override
  public String toString() {
    return "Notify[" + type + ", " + data.length + " bytes]";
  }
}
