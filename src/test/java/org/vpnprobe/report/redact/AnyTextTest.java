package org.vpnprobe.report.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vpnprobe.report.redact.Texts.Mode;

/**
 * What must hold of any text, at random: each name and address in it, however it is spelled, has
 * the pseudonym of what it stands for, all else is as it was, and once more nothing changes.
 */
class AnyTextTest {
  /** What is spelled in several ways: one line each, what becomes of it first. */
  private static final List<List<String>> THINGS =
      List.of(
          List.of("<host>", "tyo.vpn.acme", "TYO.vpn.ACME", "Tyo.VPN.acme"),
          List.of("<host>", "gateway", "GATEWAY"),
          List.of("<host>", "bücher.acme", "BÜCHER.Acme", "xn--bcher-kva.acme"),
          List.of("<host>", "nobody.listed.example.net", "Nobody.Listed.EXAMPLE.net"),
          List.of("<host>", "例え.テスト", "xn--r8jz45g.xn--zckzah"),
          List.of(
              "<ip4>",
              "192.0.2.77",
              "::ffff:192.0.2.77",
              "::FFFF:c000:24d",
              "192-0-2-77",
              "192_0_2_77",
              "c000024d",
              "C000024D",
              "3221226061"),
          List.of("<ip4>", "198.51.100.9", "::ffff:198.51.100.9"),
          List.of(
              "<ip6>",
              "2001:db8::77",
              "2001:DB8:0:0:0:0:0:77",
              "2001:0db8:0000:0000:0000:0000:0000:0077",
              "2001%3Adb8%3a%3A77",
              "20010db8000000000000000000000077",
              "2001:db8::77%eth0"),
          List.of("<ip6>", "fe80::1", "FE80::1%25wlan0", "fe80:0::0:1"),
          List.of("<ip4>.in-addr.arpa", "77.2.0.192.in-addr.arpa"),
          List.of(
              "<ip6>.ip6.arpa",
              "7.7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
              "7.7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6.arpa"),
          List.of("<key>", "0123456789abcdef0123456789abcdef01"),
          List.of("<key>", "0f:1e:2d:3c:4b:5a:69:78:87:96:a5:b4:c3:d2:e1:f0"),
          List.of("SHA256:<key>", "SHA256:aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee"));

  private static final List<String> ALONE =
      List.of(
          "failed",
          "12:34:56.789",
          "2026-11-24T03:00:00.250Z",
          "tls.reset.sni",
          "127.0.0.1",
          "::1",
          "deadbeef",
          "aa:bb:cc:dd:ee:ff",
          "p0 = 0.0200^4",
          "results.ndjson",
          "日本",
          "…",
          "😀",
          "ſK",
          "and/or",
          "x@mobile");

  private static final List<String> BETWEEN =
      List.of(
          " ", ", ", " (", ") ", " “", "” ", "\t", "\n", " → ", " 😀", " k=", " [", "] ", "/ip6 ");

  private static final Pattern PSEUDONYM = Pattern.compile("(host|ip4|ip6|key)-[0-9a-f]{8}");

  private static Texts texts() {
    return new Texts(
        Known.in(
            List.of(
                Journals.at(
                    "tyo.vpn.acme:443",
                    "gateway:51820",
                    "192.0.2.77:500",
                    "[2001:db8::77]:500",
                    "bücher.acme:1194"))),
        new Pseudonyms(Journals.KEY));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void eachThingHasItsPseudonymAndAllElseStays(long seed) {
    Random random = new Random(seed);
    Texts texts = texts();
    Texts again = texts();
    Map<List<String>, String> given = new HashMap<>();
    int replaced = 0;
    for (int round = 0; round < 1_000; round++) {
      StringBuilder text = new StringBuilder();
      StringBuilder shape = new StringBuilder();
      List<List<String>> things = new ArrayList<>();
      for (int part = random.nextInt(12); part >= 0; part--) {
        if (random.nextBoolean()) {
          List<String> thing = one(THINGS, random);
          text.append(thing.get(1 + random.nextInt(thing.size() - 1)));
          shape.append(thing.getFirst());
          things.add(thing);
        } else {
          String word = one(ALONE, random);
          text.append(word);
          shape.append(word);
        }
        String between = one(BETWEEN, random);
        text.append(between);
        shape.append(between);
      }
      String before = text.toString();
      String after = texts.of(before, Mode.TEXT);
      assertEquals(shape.toString(), PSEUDONYM.matcher(after).replaceAll("<$1>"), before);
      assertEquals(after, again.of(after, Mode.TEXT), "once more");
      if (things.isEmpty()) {
        assertSame(before, after);
      }
      List<String> pseudonyms = PSEUDONYM.matcher(after).results().map(MatchResult::group).toList();
      assertEquals(things.size(), pseudonyms.size());
      for (int i = 0; i < things.size(); i++) {
        String known = given.putIfAbsent(things.get(i), pseudonyms.get(i));
        assertEquals(known == null ? pseudonyms.get(i) : known, pseudonyms.get(i), before);
        replaced++;
      }
    }
    assertTrue(replaced > 2_000, "replaced " + replaced);
  }

  private static <T> T one(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }
}
