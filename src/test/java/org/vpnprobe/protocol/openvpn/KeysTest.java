package org.vpnprobe.protocol.openvpn;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vpnprobe.net.StepFailed;

/** Key method 2, the old key derivation and the data channel. */
class KeysTest {
  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static KeyMethod2.FromClient client() {
    return new KeyMethod2.FromClient(
        filled(48, 1), filled(32, 2), filled(32, 3), "V4,dev-type tun", "alice", "s3cret", "A=1\n");
  }

  private static KeyMethod2.FromServer server() {
    return new KeyMethod2.FromServer(filled(32, 4), filled(32, 5), "V4");
  }

  private static DataKeys keys() {
    return DataKeys.derived(client(), server(), 6, 7);
  }

  /** test_crypto.c: crypto_test_tls_prf. */
  @Test
  void thePrfIsTheVector() {
    byte[] secret =
        ("Lorem ipsum dolor sit amet, consectetur adipisici elit, sed eiusmod tempor incidunt ut"
                + " labore et dolore magna aliqua.")
            .getBytes(US_ASCII);
    byte[] seed =
        "Quis aute iure reprehenderit in voluptate velit esse cillum dolore".getBytes(US_ASCII);
    assertEquals(
        "d98c8518c85e946927916acfc2d592fbb1567e4b4b1459e6a904ac2ddab72d67",
        Vectors.HEX.formatHex(Prf.of(secret, "", seed, 32)));
  }

  @Test
  void keyMethod2ReadsWhatItWrote() throws StepFailed {
    KeyMethod2.FromClient client = KeyMethod2.FromClient.decode(client().encode());
    assertArrayEquals(filled(48, 1), client.preMaster());
    assertArrayEquals(filled(32, 2), client.random1());
    assertArrayEquals(filled(32, 3), client.random2());
    assertEquals("V4,dev-type tun", client.options());
    assertEquals("alice", client.username());
    assertEquals("s3cret", client.password());
    assertEquals("A=1\n", client.peerInfo());
    KeyMethod2.FromServer server = KeyMethod2.FromServer.decode(server().encode());
    assertArrayEquals(filled(32, 4), server.random1());
    assertArrayEquals(filled(32, 5), server.random2());
    assertEquals("V4", server.options());
  }

  @Test
  void aCutOrRandomKeyMessageIsADeclaredFailure() {
    byte[] whole = server().encode();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(StepFailed.class, () -> KeyMethod2.FromServer.decode(cut), "length " + length);
    }
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      try {
        KeyMethod2.FromServer.decode(bytes);
        KeyMethod2.FromClient.decode(bytes);
      } catch (StepFailed e) {
        // What a hostile message may do.
      }
    }
  }

  @Test
  void nothingSecretIsPrinted() {
    assertEquals("FromClient[«secret»]", client().toString());
    assertEquals("StaticKey[«secret»]", Vectors.key().toString());
  }

  @ParameterizedTest
  @EnumSource
  void whatTheClientSealsTheServerOpens(DataCipher cipher) throws StepFailed {
    for (OptionalInt peer : new OptionalInt[] {OptionalInt.of(0x010203), OptionalInt.empty()}) {
      DataChannel client = DataChannel.client(cipher, keys(), peer);
      DataChannel server = DataChannel.server(cipher, keys(), peer);
      byte[] packet = "an IP packet".getBytes(US_ASCII);
      byte[] up = client.seal(packet);
      assertEquals(peer.isPresent() ? "48010203" : "30000000", Vectors.HEX.formatHex(up, 0, 4));
      assertArrayEquals(packet, server.open(up));
      assertArrayEquals(packet, client.open(server.seal(packet)));
      assertTrue(DataChannel.isPing(server.open(client.seal(DataChannel.ping()))));
      assertTrue(DataChannel.isExit(server.open(client.seal(DataChannel.exit()))));
      assertThrows(StepFailed.class, () -> client.open(up));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCutOrChangedDataPacketIsADeclaredFailure(DataCipher cipher) {
    DataChannel client = DataChannel.client(cipher, keys(), OptionalInt.of(1));
    DataChannel server = DataChannel.server(cipher, keys(), OptionalInt.of(1));
    byte[] sealed = client.seal("an IP packet".getBytes(US_ASCII));
    for (int at = 0; at < sealed.length; at++) {
      byte[] cut = Arrays.copyOf(sealed, at);
      assertThrows(StepFailed.class, () -> server.open(cut));
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      assertThrows(StepFailed.class, () -> server.open(changed), "byte " + at);
    }
  }
}
