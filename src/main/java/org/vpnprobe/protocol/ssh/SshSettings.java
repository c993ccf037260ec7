package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Secret;
import org.vpnprobe.protocol.Settings;
import org.vpnprobe.protocol.Target;

/**
 * The settings of {@code ssh}.
 *
 * @param hostKey by what the server is known; without it only an accepted login proves anything of
 *     the server
 * @param username whom we log in as, null for no login
 * @param password given by the methods {@code password} or {@code keyboard-interactive}
 * @param privateKey given by the method {@code publickey}: OpenSSH's format or PEM
 * @param passphrase what opens {@code privateKey} when it is encrypted
 * @param target what to reach through the server
 */
public record SshSettings(
    @Nullable SshHostKey hostKey,
    @Nullable String username,
    @Nullable Secret password,
    @Nullable Secret privateKey,
    @Nullable Secret passphrase,
    @Nullable Target target)
    implements Settings {

  public SshSettings {
    if (username != null && (username.isEmpty() || username.length() > 255)) {
      throw new InvalidSetting("username", "expected 1 to 255 characters");
    }
    if (username != null && (password == null) == (privateKey == null)) {
      throw new InvalidSetting("username", "a login needs a password or a private_key");
    }
    if (username == null && (password != null || privateKey != null)) {
      throw new InvalidSetting(
          password != null ? "password" : "private_key", "whose? username is missing");
    }
    if (passphrase != null && privateKey == null) {
      throw new InvalidSetting("passphrase", "it opens private_key, which is missing");
    }
    if (target != null && username == null) {
      throw new InvalidSetting("target", "nothing is reached through a server without a login");
    }
    if (privateKey != null) {
      checkKey(privateKey, passphrase);
    }
  }

  private static void checkKey(Secret key, @Nullable Secret passphrase) {
    KeyPair pair;
    try {
      pair = KeyPair.load(new JSch(), key.bytes(), null);
    } catch (JSchException | RuntimeException e) {
      // Its own words may quote the key.
      throw new InvalidSetting("private_key", "expected a private key (OpenSSH or PEM)");
    }
    boolean opened =
        !pair.isEncrypted() || (passphrase != null && pair.decrypt(passphrase.bytes()));
    pair.dispose();
    if (!opened) {
      throw new InvalidSetting(
          "passphrase",
          passphrase == null ? "private_key is encrypted" : "it does not open private_key");
    }
  }

  Optional<SshHostKey> pinned() {
    return Optional.ofNullable(hostKey);
  }

  /** The deepest depth that these settings can prove. */
  Depth ceiling() {
    if (target != null) {
      return Depth.TUNNEL;
    }
    return hostKey != null || username != null ? Depth.AUTHENTICATED : Depth.HANDSHAKE;
  }
}
