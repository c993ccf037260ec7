package org.vpnprobe.protocol.obfs4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The map and its inverse against the published vectors of other implementations. */
class Elligator2Test {
  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static String publicKey(String representative) {
    return HexFormat.of().formatHex(Elligator2.publicKey(hex(representative)));
  }

  private static byte[] x25519(byte[] secret) {
    byte[] publicKey = new byte[32];
    X25519.scalarMultBase(secret, 0, publicKey, 0);
    return publicKey;
  }

  /** Both representatives of a key, none when it has none. */
  private static List<String> representatives(byte[] publicKey) {
    return Stream.of(false, true)
        .flatMap(other -> Elligator2.representative(publicKey, other).stream())
        .map(HexFormat.of()::formatHex)
        .toList();
  }

  /** gitlab.com/yawning/edwards25519-extra, elligator2; the two highest bits do not count. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "0000000000000000000000000000000000000000000000000000000000000000",
    "00000000000000000000000000000000000000000000000000000000000000c0,"
        + "0000000000000000000000000000000000000000000000000000000000000000",
    "673a505e107189ee54ca93310ac42e4545e9e59050aaac6f8b5f64295c8ec02f,"
        + "242ae39ef158ed60f20b89396d7d7eef5374aba15dc312a6aea6d1e57cacf85e",
    "922688fa428d42bc1fa8806998fbc5959ae801817e85a42a45e8ec25a0d7545a,"
        + "696f341266c64bcfa7afa834f8c34b2730be11c932e08474d1a22f26ed82410b",
    "0d3b0eb88b74ed13d5f6a130e03c4ad607817057dc227152827c0506a538bbba,"
        + "0b00df174d9fb0b6ee584d2cf05613130bad18875268c38b377e86dfefef177f",
    "01a3ea5658f4e00622eeacf724e0bd82068992fae66ed2b04a8599be16662ef5,"
        + "7ae4c58bc647b5646c9f5ae4c2554ccbf7c6e428e7b242a574a5a9c293c21f7e",
    "69599ab5a829c3e9515128d368da7354a8b69fcee4e34d0a668b783b6cae550f,"
        + "09024abaaef243e3b69366397e8dfc1fdc14a0ecc7cf497cbe4f328839acce69",
    "9172922f96d2fa41ea0daf961857056f1656ab8406db80eaeae76af58f8c9f50,"
        + "beab745a2a4b4e7f1a7335c3ffcdbd85139f3a72b667a01ee3e3ae0e530b3372",
    "6850a20ac5b6d2fa7af7042ad5be234d3311b9fb303753dd2b610bd566983281,"
        + "1287388eb2beeff706edb9cf4fcfdd35757f22541b61528570b86e8915be1530",
    "84417826c0e80af7cb25a73af1ba87594ff7048a26248b5757e52f2824e068f1,"
        + "51acd2e8910e7d28b4993db7e97e2b995005f26736f60dcdde94bdf8cb542251",
    "b0fbe152849f49034d2fa00ccc7b960fad7b30b6c4f9f2713eb01c147146ad31,"
        + "98508bb3590886af3be523b61c3d0ce6490bb8b27029878caec57e4c750f993d",
    "a0ca9ff75afae65598630b3b93560834c7f4dd29a557aa29c7becd49aeef3753,"
        + "3c5fad0516bb8ec53da1c16e910c23f792b971c7e2a0ee57d57c32e3655a646b"
  })
  void theMap(String representative, String publicKey) {
    assertEquals(publicKey, publicKey(representative));
  }

  /** Kleshni's vectors that keep within 254 bits. */
  @ParameterizedTest
  @CsvSource({
    "e73507d38bae63992b3f57aac48c0abc14509589288457995a2b4ca3490aa207,"
        + "1e8afffed6bf53fe271ad572473262ded8faec68e5e67ef45ebb82eeba52604f",
    "95a16019041dbefed9832048ede11928d90365f24a38aa7aef1b97e23954101b,"
        + "794f05ba3e3a72958022468c88981e0be5782be1e1145ce2c3c6fde16ded5363",
    "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f,"
        + "9cdb525555555555555555555555555555555555555555555555555555555555",
    "f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f,"
        + "9cdb525555555555555555555555555555555555555555555555555555555555"
  })
  void theMapAtItsEdges(String representative, String publicKey) {
    assertEquals(publicKey, publicKey(representative));
  }

  @Test
  void theInverseOfOnePointGivesBothRepresentatives() {
    assertEquals(
        List.of(
            "999b591b6697d074f266192277d554dec3c24c2ef6108101f63d94f7fff3a013",
            "bd3d2a7ed1c8a100a977f8d992e33aaa6f630d55089770ea469101d7fd73d13d"),
        representatives(hex("33951964003c940878063ccfd0348af42150ca16d2646f2c5856e8338377d800")));
    assertEquals(
        List.of(),
        representatives(hex("e6f66fdf6e230c603c5e6e59a254ea1476a13eb9511b9549846781e12e52230a")));
  }

  /** agl/ed25519, as obfs4's first versions used it: secret, public key, representative. */
  @ParameterizedTest
  @CsvSource({
    "eec0c0e43a2f693557dac4938c9a0f44be8bf7999399f26a24e5eab3267517c8,"
        + "309d1f477c62df666f47b87930d1883c072d007a169c03d1c231efe2e51cae1f,"
        + "bfd7e6dc33b735403cf6c7235513463843db8e1d2c16e62f0d5cacc8a3817515",
    "d27f87a4850f85ef5211094eb417bc8fb9441dd8eedba8def6fd040da93fdf94,"
        + "bb6fe9e93c929e104a6b9f956c5de1fdc977899a781d50e76dd8f8852f19e635,"
        + "420c98e6ac9cabaccf54e02034916df64a45ad1e7799b5d2ab0403073c6f6a21",
    "54b0d4e7110fb3a6ca5424fa7ffdc7cc599f9280df9759d1eb5d04186a4e82dd,"
        + "f305e32fbd38dd1e6b04ba32620c6b8db121ed3216f7118875580bd454eb077d,"
        + "a2b1a54463ad048ea9780fe2f92e0517636d2cd537d77a18cb6be03f1f991c04",
    "51a8b03750f4b34922d3588b73a556a09594b7b014d2b7cefa26bb8c5eee6d2e,"
        + "e8db45df5146d3745eae81e722af5e030a9a999a3e0d588f84514b125029b81b,"
        + "f859efb4704b0b4c71959b02976de3ea9746f01e5adacddddba10ee08178cd1d",
    "77e48dfa107bbfdda73f50ec2c38347e4fcc9c38866adb75488a2143993a058f,"
        + "7d124e12af90216f26ce3198f6b02e76faf990dd248cdb246dd80d4e1fef3d4d,"
        + "128481624af3015c6226428a247514370800f212a7a06c90dfe4f1aa672d3b3e",
    "0404040404040404040404040404040404040404040404040404040404040404,"
        + "ac01b2209e86354fb853237b5de0f4fab13c7fcbf433a61c019369617fecf10b,"
        + "1f0662e0563d801334161f429797244cee89bd00e11bd95d1aac9b10afb10a31"
  })
  void theInverse(String secret, String publicKey, String representative) {
    assertArrayEquals(hex(publicKey), x25519(hex(secret)));
    assertTrue(representatives(hex(publicKey)).contains(representative));
    assertEquals(publicKey, publicKey(representative));
  }

  /** The same source: keys without a representative. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fd0d592d67038a6253331547949d70eb7a6b6c4c4831a1bc235554765b20f845",
        "9576aa473a2b73b174e753ada7d55bc34ae8c05c1b1d6077f9a098984df9cf52",
        "5b26538e0663a453994cf49d5614926786a0549c0123fa9afc7be99e04afc9ea",
        "015aebbe87a5e94c5d8d3179583cf46d02af06c8f99a6d4ce8a3a4b1de097cd2"
      })
  void keysWithoutRepresentative(String secret) {
    assertEquals(List.of(), representatives(x25519(hex(secret))));
  }

  @Test
  void everyRepresentativeIsFoundAgain() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] representative = new byte[32];
      random.nextBytes(representative);
      representative[31] &= 0x1f; // Below (p - 1) / 2: the smaller of r and -r is the one.
      byte[] publicKey = Elligator2.publicKey(representative);
      assertTrue(
          representatives(publicKey).contains(HexFormat.of().formatHex(representative)),
          () -> HexFormat.of().formatHex(representative));
    }
  }

  /** A low-order component changes the public key in eight ways and no shared secret. */
  @Test
  void lowOrderPointsChangeNoSecret() {
    Random random = new Random(2);
    byte[] secret = new byte[32];
    byte[] peer = new byte[32];
    random.nextBytes(secret);
    random.nextBytes(peer);
    byte[] clean = x25519(secret);
    Set<String> keys = new HashSet<>();
    byte[] wanted = new byte[32];
    X25519.scalarMult(peer, 0, clean, 0, wanted, 0);
    for (int times = 0; times < 8; times++) {
      byte[] dirty = Elligator2.withLowOrder(clean, times, false);
      keys.add(HexFormat.of().formatHex(dirty));
      byte[] shared = new byte[32];
      X25519.scalarMult(peer, 0, dirty, 0, shared, 0);
      assertArrayEquals(wanted, shared);
    }
    assertEquals(8, keys.size());
    assertTrue(keys.contains(HexFormat.of().formatHex(clean)));
  }

  @Test
  void generatedPairsHoldTogether() {
    Random random = new Random(3);
    Set<Integer> highBits = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Elligator2.KeyPair pair = Elligator2.generate(random);
      assertArrayEquals(pair.publicKey(), Elligator2.publicKey(pair.representative()));
      highBits.add((pair.representative()[31] & 0xff) >> 6);
      byte[] peer = new byte[32];
      random.nextBytes(peer);
      byte[] ours = new byte[32];
      X25519.scalarMult(pair.secret(), 0, x25519(peer), 0, ours, 0);
      byte[] theirs = new byte[32];
      X25519.scalarMult(peer, 0, pair.publicKey(), 0, theirs, 0);
      assertArrayEquals(ours, theirs);
    }
    assertEquals(Set.of(0, 1, 2, 3), highBits);
  }
}
