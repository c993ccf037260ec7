package org.vpnprobe.protocol.ikev2;

import java.util.ArrayList;
import java.util.List;

/** A responder's choices. */
final class Ours {
  private Ours() {}

  /** The first transform of each type. */
  static Proposal choose(Proposal offer) {
    List<Proposal.Transform> chosen = new ArrayList<>();
    for (Proposal.Transform transform : offer.transforms()) {
      if (chosen.stream().noneMatch(earlier -> earlier.type() == transform.type())) {
        chosen.add(transform);
      }
    }
    return new Proposal(offer.number(), offer.protocol(), offer.spi(), chosen);
  }
}
