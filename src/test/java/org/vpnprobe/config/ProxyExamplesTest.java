package org.vpnprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.Depth;
import org.vpnprobe.protocol.Protocols;

/** What the proxy protocols show to copy can be used. */
class ProxyExamplesTest {
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(strings = {"http-proxy", "shadowsocks", "socks5", "trojan"})
  void examplesAreAccepted(String name) throws IOException, InvalidFile {
    accepted(name, Protocols.named(name).orElseThrow().about().example());
    String page = Files.readString(Path.of("src/site/markdown/protocols/" + name + ".md"));
    Matcher block = BLOCK.matcher(page);
    assertTrue(block.find());
    accepted(name, block.group(1));
  }

  private static void accepted(String protocol, String endpoints) throws InvalidFile {
    String text = "version: 1\nendpoints:\n" + endpoints.indent(2);
    Options options =
        Options.of("test", Instant.EPOCH, "run")
            .withStrict(true)
            .withEnv(key -> Optional.of(key.equals("SS22") ? "AAECAwQFBgcICQoLDA0ODw==" : "x"));
    Loaded loaded = ProbeFile.parse("example.yaml", text, options);
    loaded
        .plan()
        .endpoints()
        .forEach(endpoint -> {
          assertEquals(protocol, endpoint.protocol());
          assertTrue(endpoint.ceiling().atLeast(Depth.AUTHENTICATED));
        });
  }
}
