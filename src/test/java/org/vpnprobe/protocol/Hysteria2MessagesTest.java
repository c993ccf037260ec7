package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.CannedStream;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Hysteria2.Hysteria2Settings;

/** What a server says about a relay, and settings that cannot be. */
class Hysteria2MessagesTest {
  private static FailureKind fails(String hex) {
    CannedStream stream = new CannedStream(HexFormat.of().parseHex(hex));
    return assertThrows(StepFailed.class, () -> Hysteria2.granted(stream)).kind();
  }

  @Test
  void answersAboutARelay() throws StepFailed {
    CannedStream granted = new CannedStream(HexFormat.of().parseHex("00024f4b03aabbccff"));
    Hysteria2.granted(granted);
    assertEquals((byte) 0xff, granted.readFully(1)[0], "the target's bytes follow");
    assertEquals(FailureKind.PROXY_REFUSED, fails("0102 6e6f 00".replace(" ", "")));
    assertEquals(FailureKind.EOF_ERROR, fails("00024f"));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, fails("00bfffffff"));
    assertEquals(FailureKind.PROTO_MALFORMED_REPLY, fails("0000ffffffffffffffff"));
  }

  @Test
  void hostileAnswersFailAsDeclared() {
    Random random = new Random(401);
    Set<FailureKind> declared =
        Set.of(FailureKind.PROXY_REFUSED, FailureKind.EOF_ERROR, FailureKind.PROTO_MALFORMED_REPLY);
    int granted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && i % 2 == 0) {
        bytes[0] = 0;
      }
      try {
        Hysteria2.granted(new CannedStream(bytes));
        granted++;
      } catch (StepFailed e) {
        assertTrue(declared.contains(e.kind()), e.kind()::id);
      }
    }
    assertTrue(granted > 100, "granted " + granted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two\nlines", "nul\0"})
  void aPasswordThatIsNoHeader(String password) {
    InvalidSetting e =
        assertThrows(
            InvalidSetting.class,
            () -> new Hysteria2Settings(Secret.of(password), null, null, null, null, null, null));
    assertEquals("password", e.key());
    assertTrue(password.isEmpty() || !String.valueOf(e.getMessage()).contains(password));
  }

  @Test
  void aKeyOfSalamanderHasFourBytes() {
    Secret password = Secret.of("x");
    assertEquals(
        "obfs_password",
        assertThrows(
                InvalidSetting.class,
                () ->
                    new Hysteria2Settings(password, Secret.of("abc"), null, null, null, null, null))
            .key());
  }
}
