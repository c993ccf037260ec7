package org.vpnprobe.protocol.vmess;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Target;
import org.vpnprobe.protocol.UserId;
import org.vpnprobe.protocol.V2RayTransport;
import org.vpnprobe.protocol.V2RayTransport.Network;

/**
 * What a VMess client knows. Without {@code uuid} nothing can be judged.
 *
 * @param uuid by what the server knows us
 * @param target what to reach through the server
 * @param security {@code auto aes-128-gcm chacha20-poly1305 none zero}; {@code auto} when left out
 * @param network {@code tcp} when left out
 * @param tls false when left out
 * @param sni see {@link V2RayTransport}, as all that follow
 */
public record VMessSettings(
    @Nullable Secret uuid,
    Target target,
    @Nullable String security,
    @Nullable Network network,
    @Nullable Boolean tls,
    @Nullable String sni,
    @Nullable List<String> alpn,
    @Nullable String ca,
    @Nullable String pin,
    @Nullable String verifyName,
    @Nullable String path,
    @Nullable String host,
    @Nullable String serviceName)
    implements Settings {

  public VMessSettings {
    alpn = alpn == null ? null : List.copyOf(alpn);
    if (uuid != null) {
      UserId.of(uuid);
    }
    Security.of(security);
    transport(network, tls, sni, alpn, ca, pin, verifyName, path, host, serviceName);
  }

  /** How the body is protected. */
  public Security bodySecurity() {
    return Security.of(security);
  }

  /** What carries it. */
  public V2RayTransport transport() {
    return transport(network, tls, sni, alpn, ca, pin, verifyName, path, host, serviceName);
  }

  private static V2RayTransport transport(
      @Nullable Network network,
      @Nullable Boolean tls,
      @Nullable String sni,
      @Nullable List<String> alpn,
      @Nullable String ca,
      @Nullable String pin,
      @Nullable String verifyName,
      @Nullable String path,
      @Nullable String host,
      @Nullable String serviceName) {
    return new V2RayTransport(
        Objects.requireNonNullElse(network, Network.TCP),
        Objects.requireNonNullElse(tls, Boolean.FALSE),
        sni,
        alpn,
        ca,
        pin,
        verifyName,
        path,
        host,
        serviceName);
  }
}
