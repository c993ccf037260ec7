package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.protocol.Trial;

/**
 * Is asked by jsch about the server's host key, after its signature of the key exchange was
 * verified: what that proves is recorded here.
 */
final class ShownKey implements HostKeyRepository {
  private final Optional<SshHostKey> pinned;
  private final Trial trial;
  private boolean verified;
  private @Nullable StepFailed refusal;

  ShownKey(Optional<SshHostKey> pinned, Trial trial) {
    this.pinned = pinned;
    this.trial = trial;
  }

  /** True when the key exchange was signed by the key that the server showed. */
  boolean verified() {
    return verified;
  }

  /** Why this server is not the one we mean, null when it may be. */
  @Nullable StepFailed refusal() {
    return refusal;
  }

  @Override
  public int check(String host, byte[] blob) {
    verified = true;
    trial.reached(Depth.HANDSHAKE, "the server signed our key exchange");
    String type = SshHostKey.type(blob);
    trial.observe("ssh_host_key", type + " " + SshHostKey.fingerprint(blob));
    if (pinned.isPresent()) {
      if (!pinned.get().matches(blob)) {
        refusal =
            new StepFailed(
                FailureKind.AUTH_WRONG_SERVER_KEY,
                "the server's host key (" + type + ") is not the pinned one");
        return CHANGED;
      }
      trial.reached(Depth.AUTHENTICATED, "the server proved the pinned host key");
    }
    return OK;
  }

  @Override
  public void add(HostKey key, @Nullable UserInfo user) {}

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte[] key) {}

  @Override
  public String getKnownHostsRepositoryID() {
    return "host_key";
  }

  @Override
  public HostKey[] getHostKey() {
    return new HostKey[0];
  }

  @Override
  public HostKey[] getHostKey(String host, String type) {
    return new HostKey[0];
  }
}
