package org.vpnprobe.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "http://example.net, http://example.net:80/",
    "HTTP://example.net/a?b=c#Some text, http://example.net:80/a?b=c#Some text",
    "http://[2001:db8::1]:8080/x, http://[2001:db8::1]:8080/x",
    "http://192.0.2.1#a, http://192.0.2.1:80/#a",
    "echo://192.0.2.1:7, echo://192.0.2.1:7",
    "echo://host_1.example:7/, echo://host_1.example:7",
    "tcp://git.example.net:22, tcp://git.example.net:22",
    "tcp://git.example.net:22#SSH-2.0, tcp://git.example.net:22#SSH-2.0",
    "dns://192.0.2.53/example.net, dns://192.0.2.53:53/example.net",
    "dns://ns.example.net:5353/_x.example.net., dns://ns.example.net:5353/_x.example.net."
  })
  void whatIsOneIsKept(String text, String shown) {
    Target target = Target.of(text);
    assertEquals(shown, target.toString());
    assertEquals(target, Target.of(shown));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.net",
        "https://example.net/",
        "http://",
        "http:///path",
        "http://a b/",
        "http://user@example.net/",
        "http://example.net?x",
        "http://bücher.example/",
        "http://a..b/",
        "http://example.net:0/",
        "http://example.net:99999/",
        "http://[::1/",
        "http://example.net/a\r\nHost: b",
        "http://example.net/#",
        "http://example.net/#a\nb",
        "echo://192.0.2.1",
        "echo://192.0.2.1:7/path",
        "echo://192.0.2.1:7#text",
        "tcp://192.0.2.1",
        "dns://192.0.2.53",
        "dns://192.0.2.53/",
        "dns://192.0.2.53/a..b",
        "dns://192.0.2.53/a b",
        "dns://192.0.2.53/example.net#x"
      })
  void whatIsNoneIsRefusedByItsOwnKey(String text) {
    assertEquals("target", assertThrows(InvalidSetting.class, () -> Target.of(text)).key());
  }

  @Test
  void labelsHaveTheirLengths() {
    String label = "a".repeat(64);
    assertThrows(InvalidSetting.class, () -> Target.of("http://" + label + ".example/"));
    assertThrows(InvalidSetting.class, () -> Target.of("dns://192.0.2.53/" + label));
    assertEquals(
        new HostPort(label.substring(1) + ".example", 80),
        Target.of("http://" + label.substring(1) + ".example").server());
  }

  @Test
  void someTargetsAreKnownByTheirAnswer() {
    assertTrue(Target.of("echo://192.0.2.1:7").isRecognisable());
    assertTrue(Target.of("dns://192.0.2.1/a").isRecognisable());
    assertTrue(Target.of("tcp://192.0.2.1:22#SSH").isRecognisable());
    assertTrue(Target.of("http://192.0.2.1/#text").isRecognisable());
    assertFalse(Target.of("tcp://192.0.2.1:22").isRecognisable());
    assertFalse(Target.of("http://192.0.2.1/").isRecognisable());
    assertTrue(Target.of("echo://192.0.2.1:7").takesDatagrams());
    assertFalse(Target.of("tcp://192.0.2.1:7").takesDatagrams());
  }

  @Test
  void anythingElseIsAMistakeOfTheUser() {
    Random random = new Random(5);
    String letters = "htpecodns:/#@[]. \n%a1-_?é";
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? "http://a" : "");
      for (int j = random.nextInt(12); j > 0; j--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      try {
        Target target = Target.of(text.toString());
        assertEquals(target, Target.of(target.toString()));
        accepted++;
      } catch (InvalidSetting e) {
        assertEquals("target", e.key());
      }
    }
    assertTrue(accepted > 100);
  }
}
