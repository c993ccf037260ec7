package org.vpnprobe.protocol.ikev2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vpnprobe.layer.ike.Identity;
import org.vpnprobe.model.InvalidSetting;

/** What cannot be used is said with its key. */
class Ikev2SettingsTest {
  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("psk", Given.nothing().psk("")),
        Arguments.of("ca", Given.nothing().psk("x").ca(Given.CA)),
        Arguments.of("", Given.nothing().psk("x").certificate(Given.CLIENT).ca(Given.CA)),
        Arguments.of("cert", Given.nothing().certificate(Given.CLIENT)),
        Arguments.of("username", Given.nothing().password("alice", "x")),
        Arguments.of("cert", Given.nothing().key("x")),
        Arguments.of("key", Given.nothing().certificate(Given.CLIENT).key("x").ca(Given.CA)),
        Arguments.of(
            "key",
            Given.nothing()
                .certificate(Given.CLIENT)
                .key(Given.STRANGER.privateKeyPkcs8Pem())
                .ca(Given.CA)),
        Arguments.of("pin", Given.nothing().pin("abc")),
        Arguments.of("local_id", Given.nothing().localId(" ")),
        Arguments.of("remote_id", Given.nothing().remoteId("no=such=name, x")),
        Arguments.of("target", Given.nothing().target("host.example")),
        Arguments.of("proposals", Given.nothing().proposals()),
        Arguments.of("proposals", Given.nothing().proposals("aes256-sha256")),
        Arguments.of("proposals", Given.nothing().proposals("3des-sha256-modp2048")),
        Arguments.of("proposals", Given.nothing().proposals("aes256-aes128gcm16-sha1-ecp256")),
        Arguments.of("proposals", Given.nothing().proposals("aes256-prfsha256-modp2048")));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsSaidWithItsKey(String key, Given given) {
    InvalidSetting invalid = assertThrows(InvalidSetting.class, given::settings);
    assertEquals(key, invalid.key());
  }

  @Test
  void thePortDecidesTheFramingUnlessSaidOtherwise() {
    assertFalse(Given.nothing().settings().marked(500));
    assertTrue(Given.nothing().settings().marked(4500));
    assertTrue(Given.nothing().settings().marked(12345));
    assertFalse(Given.nothing().natT(false).settings().marked(4500));
    assertTrue(Given.nothing().natT(true).settings().marked(500));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vpn.example.test|2|vpn.example.test",
        "@name|2|name",
        "alice@example.test|3|alice@example.test",
        "192.0.2.1|1|192.0.2.1",
        "2001:db8::1|5|2001:db8:0:0:0:0:0:1",
        "CN=vpn, O=Lab|9|cn=vpn,o=lab",
        "keyid:group|11|id type 11 67726f7570"
      })
  void identities(String text, int type, String shown) throws Exception {
    Identity identity = Identity.of("local_id", text);
    assertEquals(type, identity.type());
    assertEquals(shown, identity.toString());
    assertEquals(identity, Identity.decode(identity.body()));
    assertNotEquals(identity, Identity.of("local_id", "other"));
  }

  @Test
  void nothingSecretIsShown() {
    String shown = Given.nothing().psk("s3cret").settings().toString();
    assertFalse(shown.contains("s3cret"));
  }
}
