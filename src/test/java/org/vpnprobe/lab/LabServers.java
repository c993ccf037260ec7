package org.vpnprobe.lab;

import java.io.IOException;
import org.jspecify.annotations.NullMarked;
import org.vpnprobe.protocol.Settings;

/** The embedded servers, one at a time and without the lab around them. */
@NullMarked
public final class LabServers {
  private LabServers() {}

  /** Starts the server of a protocol for a client with these settings. */
  public static Responder start(String protocol, Settings settings) throws IOException {
    return Responders.start(protocol, settings);
  }
}
