package org.vpnprobe.config.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.config.ForeignFiles.Unreadable;

/** What the user names is told apart without contacting anything. */
class SourcesTest {
  private final Sources sources = new Sources(Path.of(""));

  private Source any(String named) throws Unreadable {
    InputStream nothing = new ByteArrayInputStream(new byte[0]);
    return sources.any(
        named,
        nothing,
        () -> {
          throw new IllegalStateException("fetched");
        });
  }

  /** To a proxy nothing is sent but what a probe sends, least of all its own password. */
  @ParameterizedTest
  @CsvSource({
    "https://u:s3cret@p.example:443, https://…",
    "https://p.example:8443/, https://…",
    "https://u:s3cret@p.example:443#Office, https://…",
    "HTTPS://u:s3cret@p.example:443/#Office, https://…",
    "http://u:s3cret@p.example:8080, http://…",
    "trojan://s3cret@p.example:443, trojan://…"
  })
  void aProxysLinkIsNotFetched(String link, String shown) throws Unreadable {
    Source source = any(link);
    assertEquals(link, source.line(1));
    assertEquals(shown, source.name());
    assertFalse(Sources.isAddress(link));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://s.example/list",
        "https://s.example",
        "https://s.example:8443/list",
        "HTTPS://u:p@s.example:8443/list?token=x",
        "https://s.example:8443?token=x",
        "ssconf://s.example/list"
      })
  void anAddressIsFetched(String address) {
    assertTrue(Sources.isAddress(address));
    assertEquals(
        "fetched", assertThrows(IllegalStateException.class, () -> any(address)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://s.example/s3cret", "HTTP://s.example:80/s3cret"})
  void plainHttpIsRefused(String address) {
    Unreadable said = assertThrows(Unreadable.class, () -> any(address));
    assertTrue(String.valueOf(said.getMessage()).contains("expected https://"));
    assertFalse(String.valueOf(said.getMessage()).contains("s3cret"));
  }
}
