package org.vpnprobe.lab;

import java.io.IOException;
import java.util.Map;
import org.vpnprobe.protocol.Settings;

/**
 * Makes the embedded server of one protocol. The server is derived from the client's settings
 * (mode, keys, passwords), with a fixed identity of its own that {@link #material()} publishes, so
 * that a file can say {@code public_key: ${lab:wireguard_public_key}}.
 */
public interface ResponderFactory<S extends Settings> {
  /** The protocol's name in the registry. */
  String protocol();

  Class<S> settings();

  /** Public parts of the server's fixed identity (and demo client credentials), by name. */
  Map<String, String> material();

  /** Starts a server that accepts exactly a client with these settings. */
  Responder start(S settings) throws IOException;
}
