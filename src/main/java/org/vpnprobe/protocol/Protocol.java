package org.vpnprobe.protocol;

import org.vpnprobe.net.StepFailed;

/**
 * One VPN or proxy protocol: opens a live session with a real server. Stateless and thread-safe;
 * everything that varies comes in with the trial.
 */
public interface Protocol<S extends Settings> {
  /** The name in YAML and reports, e.g. {@code wireguard}. */
  String name();

  /** One sentence for {@code vpnprobe protocols}. */
  String summary();

  /** What a person has to know before probing it. */
  About about();

  /** The record that YAML is bound to. */
  Class<S> settings();

  /** The port when the address names none, 0 when one must be named. */
  int defaultPort();

  Facts facts(S settings);

  /**
   * Performs the opening handshake as straight-line code, up to {@code authenticated} as far as the
   * settings allow, and reports each depth it proves through {@link Trial#reached}. Bytes through
   * the tunnel are the caller's business, by way of {@link Session#tunnel()}.
   *
   * @throws StepFailed when the handshake does not get there; depths already reached stand
   */
  Session open(S settings, Trial trial) throws StepFailed;
}
