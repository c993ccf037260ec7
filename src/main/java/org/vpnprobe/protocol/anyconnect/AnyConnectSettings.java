package org.vpnprobe.protocol.anyconnect;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.layer.TlsClient;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.HttpsGateway;
import org.vpnprobe.protocol.Settings;

/**
 * The settings of {@code anyconnect}.
 *
 * @param username whom to log in as, null for no login
 * @param password for the login form
 * @param group what to choose where the form offers groups
 * @param target what to reach through the tunnel; the first address of the client's network when
 *     left out
 * @param sni see {@code tls}, as all that follow
 */
public record AnyConnectSettings(
    @Nullable String username,
    @Nullable Secret password,
    @Nullable String group,
    @Nullable InetAddress target,
    @Nullable String sni,
    @Nullable String ca,
    @Nullable String pin,
    @Nullable String verifyName,
    @Nullable String cert,
    @Nullable Secret key)
    implements Settings {

  public AnyConnectSettings {
    if ((username == null) != (password == null)) {
      throw new InvalidSetting(
          username == null ? "username" : "password", "username and password go together");
    }
    HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, "localhost");
  }

  TlsClient.Offer offer(String host) {
    return HttpsGateway.offer(sni, ca, pin, verifyName, cert, key, host);
  }
}
