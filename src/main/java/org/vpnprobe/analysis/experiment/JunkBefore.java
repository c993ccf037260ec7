package org.vpnprobe.analysis.experiment;

import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Alteration;

/**
 * Meaningless datagrams before the handshake, for servers that throw them away unanswered: a
 * middlebox that judges a flow by its first packets lets it pass.
 */
final class JunkBefore implements Inquiry {
  /**
   * wireguard-go (device/receive.go) drops unknown types; OpenVPN (multi_get_create_instance_udp)
   * drops what is no hard reset.
   */
  private static final Set<String> PROTOCOLS = Set.of("openvpn", "wireguard");

  @Override
  public String name() {
    return "junk_before";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean fits =
        it.stage() == Stage.DATAGRAMS_SILENT
            && PROTOCOLS.contains(it.endpoint().protocol())
            && it.foreignBytes();
    return fits ? alternation(it).next() : Optional.empty();
  }

  private Alternation alternation(Case it) {
    return Alternation.of(
        this, it, new Variation.FirstFlight(Alteration.JUNK_FIRST), Measurement::succeeded);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    Alternation junk = alternation(it);
    evidence.add(
        Mark.JUNK_PASSES,
        junk.shown(),
        "behind meaningless datagrams the handshake passed %d times, alone it failed %d times in between"
            .formatted(junk.passed(), junk.sameFailed()));
  }
}
