package org.vpnprobe.protocol.ssh;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.protocol.Session;
import org.vpnprobe.protocol.Tunnel;

/** An open connection, with a channel to the target when one was asked for. */
record SshSession(SshConnection connection, @Nullable SshChannel channel) implements Session {
  @Override
  public Optional<Tunnel> tunnel() {
    return Optional.ofNullable(channel);
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.close();
    }
    connection.close();
  }
}
