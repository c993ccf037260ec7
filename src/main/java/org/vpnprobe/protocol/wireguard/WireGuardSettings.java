package org.vpnprobe.protocol.wireguard;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;

/**
 * What a WireGuard client knows. Without {@code private_key} and {@code public_key} a server
 * answers nobody, and nothing can be judged. The other keys are AmneziaWG's: all of them have to
 * match the server's, except for the junk and the decoys.
 *
 * @param privateKey ours; a key of its own for each probe and vantage (the server moves its peer to
 *     wherever the key was last used, and drops initiations that are not newer)
 * @param publicKey the server's
 * @param presharedKey 32 bytes in base64
 * @param tunnelAddress our addresses inside the tunnel ({@code Address =} of a client's file)
 * @param target what to reach through the tunnel; without it the ceiling is {@code authenticated}
 * @param jc how many junk datagrams go before an initiation
 * @param jmin least size of junk, bytes
 * @param jmax largest size of junk
 * @param s1 random bytes before an initiation
 * @param s2 before a response
 * @param s3 before a cookie reply
 * @param s4 before transport data
 * @param h1 type of an initiation; plain WireGuard: 1
 * @param h2 type of a response; 2
 * @param h3 type of a cookie reply; 3
 * @param h4 type of transport data; 4
 * @param i1 decoy datagrams before the junk, in the tags of AmneziaWG 1.5
 */
public record WireGuardSettings(
    @Nullable Secret privateKey,
    @Nullable WireGuardKey publicKey,
    @Nullable Secret presharedKey,
    @Nullable List<InnerAddress> tunnelAddress,
    @Nullable InetAddress target,
    @Nullable Integer jc,
    @Nullable Integer jmin,
    @Nullable Integer jmax,
    @Nullable Integer s1,
    @Nullable Integer s2,
    @Nullable Integer s3,
    @Nullable Integer s4,
    @Nullable HeaderRange h1,
    @Nullable HeaderRange h2,
    @Nullable HeaderRange h3,
    @Nullable HeaderRange h4,
    @Nullable Decoy i1,
    @Nullable Decoy i2,
    @Nullable Decoy i3,
    @Nullable Decoy i4,
    @Nullable Decoy i5)
    implements Settings {

  public WireGuardSettings {
    tunnelAddress = tunnelAddress == null ? null : List.copyOf(tunnelAddress);
    key("private_key", privateKey);
    key("preshared_key", presharedKey);
    if (target != null && source(tunnelAddress, target) == null) {
      throw new InvalidSetting(
          "target", "needs tunnel_address of the same family: our own address inside the tunnel");
    }
    Disguise.check(jc, jmin, jmax, s1, s2, s3, s4);
    Disguise.check(
        Disguise.type(h1, 1), Disguise.type(h2, 2), Disguise.type(h3, 3), Disguise.type(h4, 4));
  }

  /** Plain WireGuard. */
  public static WireGuardSettings plain(
      @Nullable Secret privateKey,
      @Nullable WireGuardKey publicKey,
      @Nullable Secret presharedKey,
      @Nullable List<InnerAddress> tunnelAddress,
      @Nullable InetAddress target) {
    return new WireGuardSettings(
        privateKey,
        publicKey,
        presharedKey,
        tunnelAddress,
        target,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static void key(String name, @Nullable Secret secret) {
    if (secret != null) {
      try {
        WireGuardKey.of(secret.text());
      } catch (InvalidSetting e) {
        throw new InvalidSetting(name, String.valueOf(e.getMessage()));
      }
    }
  }

  private static @Nullable InetAddress source(
      @Nullable List<InnerAddress> own, InetAddress target) {
    return own == null
        ? null
        : own.stream()
            .map(InnerAddress::address)
            .filter(address -> address.getAddress().length == target.getAddress().length)
            .findFirst()
            .orElse(null);
  }

  /** Our address inside the tunnel on the way to the target, null without a target. */
  @Nullable InetAddress source() {
    return target == null ? null : source(tunnelAddress, target);
  }

  /** True when a server would never answer: it does not know us. */
  boolean keysMissing() {
    return privateKey == null || publicKey == null;
  }

  /** How the packets are disguised. */
  public Disguise disguise() {
    return new Disguise(
        or(jc),
        or(jmin),
        or(jmax),
        new int[] {or(s1), or(s2), or(s3), or(s4)},
        new HeaderRange[] {
          Disguise.type(h1, 1), Disguise.type(h2, 2), Disguise.type(h3, 3), Disguise.type(h4, 4)
        },
        Stream.of(i1, i2, i3, i4, i5).flatMap(Stream::ofNullable).toList());
  }

  private static int or(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
