package org.vpnprobe.protocol.ssh;

import com.jcraft.jsch.Session;
import com.jcraft.jsch.UserAuthNone;

/**
 * In the place of jsch's first authentication method: leaves when the keys are exchanged. Public,
 * since jsch makes it by its name.
 */
public final class KeyExchangeOnly extends UserAuthNone {
  /** Ends the connection; its text is what the server is told (RFC 4253 section 11.1). */
  static final class Done extends Exception {
    private static final long serialVersionUID = 1L;

    Done() {
      super("no login", null, false, false);
    }

    @Override
    public String toString() {
      return "no login";
    }
  }

  @Override
  public boolean start(Session session) throws Exception {
    throw new Done();
  }
}
