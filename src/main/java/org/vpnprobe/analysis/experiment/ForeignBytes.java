package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Flight;
import org.vpnprobe.model.Variation.Payload;

/**
 * Other first bytes on the same port (science.md §7, D5): random ones, a ClientHello for a harmless
 * name. Where the control sees the server close or answer, the same reaction here shows that the
 * port is open to all but the protocol.
 */
final class ForeignBytes implements Inquiry {
  private static final List<Variation> KINDS =
      List.of(
          new Variation.RawBytes(Payload.RANDOM, false), new Variation.OtherProtocol(Flight.TLS));

  @Override
  public String name() {
    return "foreign_bytes";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean fits = it.stage() == Stage.STREAM_RESET || it.stage() == Stage.STREAM_SILENT;
    if (!fits || !it.foreignBytes() || it.control() == null) {
      return Optional.empty();
    }
    for (Variation kind : KINDS) {
      List<Measurement> atControl = tried(it, it.control(), kind);
      if (atControl.isEmpty()) {
        return Optional.of(Try.soon(it.control(), kind));
      }
      if (!tells(it, atControl.getFirst())) {
        continue;
      }
      List<Measurement> here = tried(it, it.cell().id(), kind);
      boolean first = here.isEmpty();
      if (first || here.size() < needed(it)) {
        // The first one may meet the penalty of a handshake before it.
        boolean failedBefore = !first && !alike(here.getLast(), atControl.getFirst());
        return Optional.of(
            failedBefore ? Try.clean(it, it.cell().id(), kind) : Try.soon(it.cell().id(), kind));
      }
    }
    return Optional.empty();
  }

  private static int needed(Case it) {
    return it.stage().ends() ? 2 : 3;
  }

  /** Silence tells nothing where silence is what is to be explained. */
  private static boolean tells(Case it, Measurement atControl) {
    String reaction = atControl.observed("reaction").orElse("");
    return atControl.failure() == null && (it.stage().ends() || !reaction.equals("silence"));
  }

  private static boolean alike(Measurement here, Measurement atControl) {
    return here.failure() == null
        && here.observed("reaction").equals(atControl.observed("reaction"));
  }

  private List<Measurement> tried(
      Case it, @org.jspecify.annotations.Nullable String cell, Variation kind) {
    return it.of(this, cell).stream()
        .filter(m -> Case.experiment(m).variation().equals(kind))
        .toList();
  }

  @Override
  public void read(Case it, Evidence evidence) {
    for (Variation kind : KINDS) {
      List<Measurement> atControl = tried(it, it.control(), kind);
      List<Measurement> here = tried(it, it.cell().id(), kind);
      if (atControl.isEmpty() || here.isEmpty() || !tells(it, atControl.getFirst())) {
        continue;
      }
      int alike = (int) here.stream().filter(m -> alike(m, atControl.getFirst())).count();
      String what = kind instanceof Variation.RawBytes ? "random bytes" : "a harmless ClientHello";
      evidence.add(
          Mark.OTHER_BYTES_PASS,
          alike >= 2 ? alike : 0,
          "%s on the same port get the reaction that they get at the control, %d of %d times"
              .formatted(what, alike, here.size()));
      evidence.add(
          Mark.OTHER_BYTES_FAIL,
          alike == 0 && here.size() >= 2 ? here.size() : 0,
          "%s on the same port fail as well, %d times".formatted(what, here.size()));
    }
  }
}
