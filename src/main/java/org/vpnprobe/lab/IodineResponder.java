package org.vpnprobe.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.Iodine.IodineSettings;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NULLRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Embedded iodine servers of one zone, which say their version and no more. */
public final class IodineResponder implements ResponderFactory<IodineSettings> {
  private static final int VERSION = 0x00000502;

  @Override
  public String protocol() {
    return "iodine";
  }

  @Override
  public Class<IodineSettings> settings() {
    return IodineSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(IodineSettings settings) throws IOException {
    Name zone = Name.fromString(settings.zone(), Name.root);
    return new DatagramServer("iodine", (datagram, from) -> answer(datagram, zone));
  }

  private static List<byte[]> answer(byte[] datagram, Name zone) throws IOException {
    Message message = new Message(datagram);
    Record asked = message.getQuestion();
    if (asked == null || !asked.getName().subdomain(zone)) {
      return List.of();
    }
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setFlag(Flags.AA);
    if (asked.getType() == Type.NULL && asked.getName().toString().startsWith("v")) {
      byte[] data =
          new ByteWriter()
              .bytes("VNAK".getBytes(StandardCharsets.US_ASCII))
              .u32(VERSION)
              .u8(0)
              .toByteArray();
      message.addRecord(new NULLRecord(asked.getName(), DClass.IN, 0, data), Section.ANSWER);
    }
    return List.of(message.toWire());
  }
}
