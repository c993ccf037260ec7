package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.anyconnect.AnyConnectSettings;
import org.vpnprobe.protocol.anyconnect.ConfigAuth;
import org.vpnprobe.protocol.anyconnect.Cstp;

/**
 * Embedded servers of AnyConnect: a form for group and name, one for the password, and a tunnel
 * with a host that answers pings.
 */
public final class AnyConnectResponder implements ResponderFactory<AnyConnectSettings> {
  private static final String OWN = "10.8.0.1";
  private static final String CLIENT = "10.8.0.2";

  @Override
  public String protocol() {
    return "anyconnect";
  }

  @Override
  public Class<AnyConnectSettings> settings() {
    return AnyConnectSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of();
  }

  @Override
  public Responder start(AnyConnectSettings settings) throws IOException {
    return new StreamServer(
        TlsResponder.listener(settings.cert(), settings.key(), List.of("http/1.1")),
        connection -> new Visit(settings, connection).serve());
  }

  /** One connection. */
  private static final class Visit {
    private final AnyConnectSettings settings;
    private final InputStream in;
    private final OutputStream out;
    private final String cookie = HexFormat.of().toHexDigits(new Random().nextLong());
    private String username = "";
    private boolean loggedIn;

    Visit(AnyConnectSettings settings, Socket connection) throws IOException {
      this.settings = settings;
      this.in = connection.getInputStream();
      this.out = connection.getOutputStream();
    }

    void serve() throws IOException {
      while (true) {
        HttpRequest request = HttpRequest.read(in);
        if (request.method().equals("CONNECT")) {
          boolean known = loggedIn && request.header("Cookie").contains("webvpn=" + cookie);
          if (!known || !request.target().equals("/CSCOSSLC/tunnel")) {
            HttpRequest.answer(out, "401 Unauthorized", List.of(), new byte[0]);
            return;
          }
          tunnel();
          return;
        }
        if (!request.method().equals("POST") || request.header("X-Aggregate-Auth").isEmpty()) {
          HttpRequest.answer(out, "404 Not Found", List.of(), new byte[0]);
          continue;
        }
        form(request.body());
      }
    }

    private void form(String body) throws IOException {
      if (body.contains("type=\"init\"")) {
        String select =
            settings.group() == null
                ? ""
                : "<select name=\"group_list\" label=\"GROUP:\"><option value=\""
                    + ConfigAuth.escaped(settings.group())
                    + "\">a group</option></select>";
        request("<message>Name?</message>", select + "<input type=\"text\" name=\"username\"/>");
        return;
      }
      String password = between(body, "password");
      if (password.isEmpty()) {
        username = between(body, "username");
        boolean right =
            settings.group() == null || between(body, "group-select").equals(settings.group());
        request(
            right ? "<message>Password?</message>" : "<error id=\"91\">Wrong group</error>",
            "<input type=\"password\" name=\"password\"/>");
        return;
      }
      if (settings.password() == null
          || !username.equals(settings.username())
          || !password.equals(settings.password().text())) {
        request(
            "<error id=\"13\">Login failed.</error>", "<input type=\"text\" name=\"username\"/>");
        return;
      }
      loggedIn = true;
      answer(
          List.of("Set-Cookie: webvpn=" + cookie + "; Secure; HttpOnly"),
          "<config-auth client=\"vpn\" type=\"complete\"><auth id=\"success\"/></config-auth>");
    }

    private void request(String message, String inputs) throws IOException {
      answer(
          List.of(),
          "<config-auth client=\"vpn\" type=\"auth-request\"><opaque is-for=\"sg\"><n>1</n></opaque>"
              + "<auth id=\"main\">"
              + message
              + "<form method=\"post\" action=\"/auth\">"
              + inputs
              + "</form></auth></config-auth>");
    }

    private void answer(List<String> headers, String xml) throws IOException {
      List<String> all = new java.util.ArrayList<>(headers);
      all.add("Content-Type: text/xml; charset=UTF-8");
      all.add("X-Transcend-Version: 1");
      HttpRequest.answer(
          out,
          "200 OK",
          all,
          ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml).getBytes(StandardCharsets.UTF_8));
    }

    private static String between(String xml, String element) {
      int from = xml.indexOf("<" + element + ">");
      int to = xml.indexOf("</" + element + ">");
      return from < 0 || to < from
          ? ""
          : xml.substring(from + element.length() + 2, to)
              .replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&quot;", "\"")
              .replace("&amp;", "&");
    }

    private void tunnel() throws IOException {
      HttpRequest.upgrade(
          out,
          "200 CONNECTED",
          List.of(
              "X-CSTP-Version: 1",
              "X-CSTP-Address: " + CLIENT,
              "X-CSTP-Netmask: 255.255.255.0",
              "X-CSTP-Keepalive: 32400",
              "X-CSTP-DPD: 90"));
      InetAddress host = Objects.requireNonNullElse(settings.target(), InetAddress.ofLiteral(OWN));
      DataInputStream packets = new DataInputStream(in);
      while (true) {
        byte[] header = new byte[Cstp.HEADER];
        packets.readFully(header);
        byte[] payload = new byte[length(header)];
        packets.readFully(payload);
        switch (Cstp.type(header)) {
          case Cstp.DATA -> {
            Optional<byte[]> reply = InnerHost.reply(payload, host);
            if (reply.isPresent()) {
              send(Cstp.DATA, reply.get());
            }
          }
          case Cstp.DPD_REQUEST -> send(Cstp.DPD_RESPONSE, payload);
          case Cstp.DISCONNECT -> {
            return;
          }
          default -> {} // Keepalives.
        }
      }
    }

    private void send(int type, byte[] payload) throws IOException {
      out.write(new Cstp(type, payload).encoded());
      out.flush();
    }

    private static int length(byte[] header) throws IOException {
      try {
        return Cstp.length(header);
      } catch (StepFailed e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
