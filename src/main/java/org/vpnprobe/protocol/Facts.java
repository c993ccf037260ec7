package org.vpnprobe.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Transport;

/**
 * What is known of a protocol with given settings before a byte leaves.
 *
 * @param transport what carries it
 * @param ceiling the deepest depth these settings can prove
 * @param silent the server does not answer those without its keys
 * @param keysMissing silent, and these settings lack what would make it answer
 * @param obfuscated no foreign-protocol or random bytes may be sent to such a server
 * @param residual a success needs a second one at least 2 s later (QUIC)
 * @param deadline what one trial may take: at least three sends of the real client's timer
 * @param retransmits when the real client sends again, since the first send
 * @param exclusive fingerprints (never the keys) of what only one client may use at a time
 */
public record Facts(
    Transport transport,
    Depth ceiling,
    boolean silent,
    boolean keysMissing,
    boolean obfuscated,
    boolean residual,
    Duration deadline,
    List<Duration> retransmits,
    Set<String> exclusive) {

  public Facts {
    retransmits = List.copyOf(retransmits);
    exclusive = Set.copyOf(exclusive);
  }

  /** Facts of a protocol that answers anyone. */
  public static Facts answering(
      Transport transport, Depth ceiling, Duration deadline, List<Duration> retransmits) {
    return new Facts(
        transport, ceiling, false, false, false, false, deadline, retransmits, Set.of());
  }
}
