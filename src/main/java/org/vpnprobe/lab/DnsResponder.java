package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.protocol.DnsSettings;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Embedded DNS servers that give the answer which their client expects, over each transport. */
public final class DnsResponder implements ResponderFactory<DnsSettings> {
  private static final int LONGEST_HEAD = 1 << 14;
  private static final int TTL = 60;
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d{1,5})\r\n");

  @Override
  public String protocol() {
    return "dns";
  }

  @Override
  public Class<DnsSettings> settings() {
    return DnsSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(DnsSettings settings) throws IOException {
    return switch (settings.carrier()) {
      case UDP ->
          new DatagramServer("dns", (datagram, from) -> List.of(answer(datagram, settings)));
      case TCP ->
          new StreamServer(
              new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
              connection -> framed(connection, settings));
      case TLS ->
          new StreamServer(
              TlsResponder.listener(settings.cert(), settings.key(), List.of()),
              connection -> framed(connection, settings));
      case HTTPS ->
          new StreamServer(
              TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")),
              connection -> posted(connection, settings));
    };
  }

  private static void framed(Socket connection, DnsSettings settings) throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    DataOutputStream out = new DataOutputStream(connection.getOutputStream());
    while (true) {
      byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), settings);
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      message.write(answer.length >>> 8);
      message.write(answer.length);
      message.writeBytes(answer);
      out.write(message.toByteArray());
      out.flush();
    }
  }

  private static void posted(Socket connection, DnsSettings settings) throws IOException {
    InputStream in = connection.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (head.size() < LONGEST_HEAD
        && !head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      head.write(next);
    }
    Matcher length = LENGTH.matcher(head.toString(StandardCharsets.ISO_8859_1));
    if (length.find()) {
      byte[] answer = answer(in.readNBytes(Integer.parseInt(length.group(1))), settings);
      String top =
          "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: "
              + answer.length
              + "\r\nConnection: close\r\n\r\n";
      OutputStream out = connection.getOutputStream();
      out.write(top.getBytes(StandardCharsets.US_ASCII));
      out.write(answer);
      out.flush();
    }
  }

  private static byte[] answer(byte[] query, DnsSettings settings) throws IOException {
    Message message = new Message(query);
    Record question = message.getQuestion();
    if (question == null) {
      throw new IOException("a query without a question");
    }
    message.getHeader().setFlag(Flags.QR);
    message.getHeader().setFlag(Flags.RA);
    String expected = settings.expectAnswer();
    int rcode = expected == null ? Rcode.NOERROR : rcode(expected);
    if (rcode >= 0) {
      message.getHeader().setRcode(rcode);
    }
    if (expected != null && rcode < 0) {
      message.addRecord(
          Record.fromString(
              question.getName(), question.getType(), DClass.IN, TTL, expected, Name.root),
          Section.ANSWER);
    } else if (rcode == Rcode.NOERROR && question.getType() == Type.A) {
      message.addRecord(
          Record.fromString(question.getName(), Type.A, DClass.IN, TTL, "192.0.2.53", Name.root),
          Section.ANSWER);
    }
    return message.toWire();
  }

  private static int rcode(String word) {
    try {
      return Rcode.value(word);
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }
}
