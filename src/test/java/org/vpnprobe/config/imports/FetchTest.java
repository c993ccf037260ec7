package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vpnprobe.config.ForeignFiles.Unreadable;

/** Against a server on loopback: what is fetched, and what is refused without a word too much. */
class FetchTest {
  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpsServer server;
  private Fetch fetch;

  @BeforeEach
  void start() throws IOException {
    HandshakeCertificates own =
        new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(own.sslContext()));
    server.createContext("/", this::answer);
    server.start();
    fetch =
        new Fetch(
            new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .build());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path + " " + exchange.getRequestHeaders().getFirst("Cookie"));
    int status = 200;
    byte[] body = "a.example:443/tls\n".getBytes(StandardCharsets.UTF_8);
    switch (path) {
      case "/here" -> {
        status = 302;
        exchange.getResponseHeaders().set("Location", "/s3cret-token");
        exchange.getResponseHeaders().set("Set-Cookie", "a=b");
      }
      case "/there" -> {
        status = 302;
        exchange.getResponseHeaders().set("Location", "https://elsewhere.example/s3cret-token");
      }
      case "/plain" -> {
        status = 302;
        exchange.getResponseHeaders().set("Location", "http://localhost/s3cret-token");
      }
      case "/round" -> {
        status = 302;
        exchange.getResponseHeaders().set("Location", "/round");
      }
      case "/none" -> status = 404;
      case "/large" -> body = new byte[Source.MOST_BYTES + 1];
      default -> {}
    }
    exchange.sendResponseHeaders(status, 0);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  private String url(String path) {
    return "https://localhost:" + server.getAddress().getPort() + path;
  }

  @Test
  void bringsWhatIsNamed() throws Unreadable {
    assertEquals("a.example:443/tls", fetch.get(url("/s3cret-token")).line(1));
    assertEquals("https://localhost/…", fetch.get(url("/s3cret-token")).name());
    Sources sources = new Sources(Path.of(""));
    String ssconf = url("/s3cret-token").replace("https:", "ssconf:");
    ByteArrayInputStream nothing = new ByteArrayInputStream(new byte[0]);
    assertEquals("a.example:443/tls", sources.any(ssconf, nothing, () -> fetch).line(1));
    assertThrows(Unreadable.class, () -> sources.any("http://localhost/", nothing, () -> fetch));
    ByteArrayInputStream typed =
        new ByteArrayInputStream("b.example:1/tcp\n".getBytes(StandardCharsets.UTF_8));
    assertEquals("b.example:1/tcp", sources.any("-", typed, () -> fetch).line(1));
  }

  @Test
  void followsOnTheSameServerAlone() throws Unreadable {
    assertEquals("a.example:443/tls", fetch.get(url("/here")).line(1));
    assertEquals(List.of("/here null", "/s3cret-token null"), asked);
    for (String path : List.of("/there", "/plain", "/round", "/none", "/large")) {
      Unreadable said = assertThrows(Unreadable.class, () -> fetch.get(url(path)), path);
      assertFalse(String.valueOf(said.getMessage()).contains("s3cret"), said.getMessage());
      assertFalse(String.valueOf(said.getMessage()).contains(path), said.getMessage());
    }
  }

  @Test
  void trustsNobodyElse() {
    Unreadable said = assertThrows(Unreadable.class, () -> new Fetch().get(url("/s3cret-token")));
    assertTrue(String.valueOf(said.getMessage()).contains("cannot be fetched"));
    assertEquals(List.of(), asked);
  }
}
