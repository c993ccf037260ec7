package org.vpnprobe.fuzz;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vpnprobe.config.asn.AsnTable;
import org.vpnprobe.layer.HttpHead;
import org.vpnprobe.layer.Icmp;
import org.vpnprobe.layer.Pem;
import org.vpnprobe.layer.XmlElements;
import org.vpnprobe.layer.quic.AnswerReading;
import org.vpnprobe.layer.tor.CertificateReading;
import org.vpnprobe.net.DnsReading;
import org.vpnprobe.net.SocksMessages;
import org.vpnprobe.protocol.L2tpMessage;
import org.vpnprobe.protocol.StunMessage;
import org.vpnprobe.protocol.ikev1.Isakmp;
import org.vpnprobe.protocol.ikev1.Transform;
import org.vpnprobe.protocol.ikev2.IkeMessage;
import org.vpnprobe.protocol.ikev2.Notify;
import org.vpnprobe.protocol.ikev2.Proposal;
import org.vpnprobe.protocol.openvpn.KeyMethod2;
import org.vpnprobe.protocol.openvpn.PlainWrap;
import org.vpnprobe.protocol.softether.Pack;
import org.vpnprobe.report.compare.ReportFile;

/** Everything that takes bytes apart, behind what a fuzzer cannot guess. */
public final class DecoderTarget {
  private static final List<Decoder> DECODERS =
      List.of(
          DnsReading::take,
          table("mmdb"),
          table("tsv"),
          table("tsv.gz"),
          AnswerReading::take,
          CertificateReading::take,
          bytes -> HttpHead.read(new ScriptedServer(bytes, 0).tcp(ScriptedServer.ADDRESS)),
          bytes -> XmlElements.of(text(bytes)),
          bytes -> Pem.certificates("ca", text(bytes)),
          bytes -> Pem.privateKey("key", text(bytes)),
          Icmp::parse,
          SocksMessages::relayed,
          L2tpMessage::decode,
          StunMessage::decode,
          Isakmp::decode,
          Transform::decode,
          IkeMessage::decode,
          Notify::decode,
          Proposal::decode,
          KeyMethod2.FromServer::decode,
          bytes -> new PlainWrap().open(bytes),
          Pack::decode,
          DecoderTarget::report);

  private DecoderTarget() {}

  private static Decoder table(String end) {
    return bytes -> {
      Path file = Files.createTempFile("table", "." + end);
      try {
        Files.write(file, bytes);
        AsnTable.of(file)
            .find(List.of(InetAddress.ofLiteral("1.1.1.1"), InetAddress.ofLiteral("2001:db8::1")));
      } finally {
        Files.delete(file);
      }
    };
  }

  private static void report(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("report", ".json");
    try {
      Files.write(file, bytes);
      ReportFile.read(file);
    } finally {
      Files.delete(file);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** How many decoders there are. */
  static int choices() {
    return DECODERS.size();
  }

  /** The first byte says which decoder, the others are what it gets. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    Decoder.choose(DECODERS, bytes);
  }
}
