package org.vpnprobe.protocol.wireguard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * How AmneziaWG changes what is on the wire; plain WireGuard is the one that changes nothing.
 *
 * @param prefixes random bytes before messages of type 1 to 4
 * @param types the type words of messages 1 to 4
 */
public record Disguise(
    int junk, int junkMin, int junkMax, int[] prefixes, HeaderRange[] types, List<Decoy> decoys) {

  private static final int MOST_JUNK = 128;
  private static final int LONGEST = 1280;

  static HeaderRange type(@Nullable HeaderRange given, int plain) {
    return given == null ? new HeaderRange(plain, plain) : given;
  }

  static void check(
      @Nullable Integer jc,
      @Nullable Integer jmin,
      @Nullable Integer jmax,
      @Nullable Integer... prefixes) {
    bound("jc", jc, MOST_JUNK);
    bound("jmin", jmin, LONGEST);
    bound("jmax", jmax, LONGEST);
    if (jmin != null && jmax != null && jmin > jmax) {
      throw new InvalidSetting("jmin", "is larger than jmax");
    }
    for (int i = 0; i < prefixes.length; i++) {
      bound("s" + (i + 1), prefixes[i], LONGEST);
    }
  }

  /** A receiver tells messages apart by their types: they must not meet. */
  static void check(HeaderRange... types) {
    for (int i = 0; i < types.length; i++) {
      for (int j = i + 1; j < types.length; j++) {
        if (types[i].meets(types[j])) {
          throw new InvalidSetting("h" + (j + 1), "meets h" + (i + 1) + ": types have to differ");
        }
      }
    }
  }

  private static void bound(String key, @Nullable Integer value, int most) {
    if (value != null && (value < 0 || value > most)) {
      throw new InvalidSetting(key, "expected a number from 0 to " + most);
    }
  }

  boolean isPlain() {
    return junk == 0
        && decoys.isEmpty()
        && Arrays.stream(prefixes).allMatch(length -> length == 0)
        && java.util.stream.IntStream.range(0, types.length)
            .allMatch(i -> types[i].equals(new HeaderRange(i + 1, i + 1)));
  }

  /** The type word to send for a message of type 1 to 4. */
  public long type(int message, RandomGenerator random) {
    return types[message - 1].draw(random);
  }

  /** What goes before an initiation. */
  List<byte[]> before(RandomGenerator random, Instant now) {
    List<byte[]> datagrams = new ArrayList<>();
    decoys.forEach(decoy -> datagrams.add(decoy.datagram(random, now)));
    for (int i = 0; i < junk; i++) {
      int size = junkMin >= junkMax ? junkMin : random.nextInt(junkMin, junkMax);
      byte[] bytes = new byte[Math.max(1, size)];
      random.nextBytes(bytes);
      datagrams.add(bytes);
    }
    return datagrams;
  }

  /** A message as a datagram: its random prefix before it. */
  public byte[] wrap(int message, byte[] bytes, RandomGenerator random) {
    byte[] prefix = new byte[prefixes[message - 1]];
    random.nextBytes(prefix);
    return new ByteWriter().bytes(prefix).bytes(bytes).toByteArray();
  }

  /**
   * A datagram without its prefix when it is a message of this type.
   *
   * @param size of the message, or at least so much for transport data
   * @return null when it is not
   */
  public byte @Nullable [] unwrap(int message, int size, byte[] datagram) {
    int prefix = prefixes[message - 1];
    int length = datagram.length - prefix;
    boolean fits = message == Noise.TRANSPORT ? length >= size : length == size;
    if (!fits) {
      return null;
    }
    long type =
        (datagram[prefix] & 0xffL)
            | (datagram[prefix + 1] & 0xffL) << 8
            | (datagram[prefix + 2] & 0xffL) << 16
            | (datagram[prefix + 3] & 0xffL) << 24;
    return types[message - 1].contains(type)
        ? Arrays.copyOfRange(datagram, prefix, datagram.length)
        : null;
  }
}
