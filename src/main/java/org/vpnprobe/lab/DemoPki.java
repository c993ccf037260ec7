package org.vpnprobe.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.vpnprobe.layer.OwnCertificate;
import org.vpnprobe.model.Secret;

/**
 * The certificates and keys that come with the program for rehearsals. Everybody has them: they
 * protect nothing. The server's certificate is for {@code *.lab.example}, {@code *.example.net},
 * {@code .com} and {@code .org}, and the first 64 addresses of each network for documentation.
 */
final class DemoPki {
  private DemoPki() {}

  /** The certificate that every server of the lab shows. */
  static OwnCertificate server() {
    return OwnCertificate.of(text("server.crt"), Secret.of(text("server.key")));
  }

  /** The text of a resource beside this class. */
  static String text(String name) {
    try (InputStream in = DemoPki.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("a resource is missing: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
