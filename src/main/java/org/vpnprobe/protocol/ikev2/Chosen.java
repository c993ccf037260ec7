package org.vpnprobe.protocol.ikev2;

import java.util.Arrays;
import java.util.List;
import org.vpnprobe.layer.ike.Group;
import org.vpnprobe.net.StepFailed;

/** What both sides use for the IKE SA. */
public record Chosen(Suite suite, Prf prf, Group group) {
  /**
   * Reads the responder's choice.
   *
   * @throws StepFailed {@code proto_malformed_reply} unless it is one of the offers
   */
  static Chosen of(byte[] body, List<Proposal> offers) throws StepFailed {
    List<Proposal> chosen = Proposal.decode(body);
    Proposal choice = chosen.getFirst();
    if (chosen.size() != 1 || offers.stream().noneMatch(offer -> fits(choice, offer))) {
      throw Suite.unusable();
    }
    return of(choice);
  }

  /** What a proposal with one transform of each type says. */
  public static Chosen of(Proposal choice) throws StepFailed {
    int prf = choice.only(Proposal.PRF).orElseThrow(Suite::unusable).id();
    int group = choice.only(Proposal.DH).orElseThrow(Suite::unusable).id();
    return new Chosen(
        Suite.of(choice),
        Arrays.stream(Prf.values())
            .filter(known -> known.id() == prf)
            .findFirst()
            .orElseThrow(Suite::unusable),
        Group.of(group).orElseThrow(Suite::unusable));
  }

  /** True when a choice takes one transform of each type from the offer, and nothing else. */
  static boolean fits(Proposal choice, Proposal offer) {
    return choice.number() == offer.number()
        && choice.protocol() == offer.protocol()
        && choice.transforms().stream()
            .allMatch(transform ->
                offer.transforms().contains(transform) && choice.only(transform.type()).isPresent())
        && offer.transforms().stream().allMatch(transform -> choice.has(transform.type()));
  }
}
