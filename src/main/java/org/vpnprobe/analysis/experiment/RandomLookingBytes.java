package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Payload;

/**
 * Random bytes, and random bytes behind printable ones, to another server of the file that closes
 * such connections: finds the rule that drops what looks fully encrypted (science.md §4.1), without
 * a foreign byte to the obfuscated suspect.
 */
final class RandomLookingBytes implements Inquiry {
  private static final Variation RANDOM = new Variation.RawBytes(Payload.RANDOM, false);
  private static final Variation PRINTABLE = new Variation.RawBytes(Payload.PRINTABLE_FIRST, false);
  private static final int TIMES = 3;

  @Override
  public String name() {
    return "random_looking";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean fits =
        it.endpoint().obfuscated() && it.stage().afterConnect() && !it.elsewhere().isEmpty();
    if (!fits || it.control() == null) {
      return Optional.empty();
    }
    String there = it.elsewhere().getFirst();
    String control = Case.atControl(there, it.control());
    for (Variation kind : List.of(PRINTABLE, RANDOM)) {
      if (tried(it, control, kind).isEmpty()) {
        return Optional.of(Try.soon(control, kind));
      }
      if (!ended(tried(it, control, kind).getFirst())) {
        return Optional.empty(); // That server is silent itself.
      }
    }
    List<Measurement> printable = tried(it, there, PRINTABLE);
    List<Measurement> random = tried(it, there, RANDOM);
    if (printable.size() < TIMES && printable.size() <= random.size()) {
      return Optional.of(Try.clean(it, there, PRINTABLE));
    }
    return random.size() < TIMES ? Optional.of(Try.soon(there, RANDOM)) : Optional.empty();
  }

  private List<Measurement> tried(Case it, String cell, Variation kind) {
    return it.of(this, cell).stream()
        .filter(m -> Case.experiment(m).variation().equals(kind))
        .toList();
  }

  /** The server saw the bytes and did what it does with them. */
  private static boolean ended(Measurement m) {
    return m.failure() == null && !m.observed("reaction").orElse("silence").equals("silence");
  }

  @Override
  public void read(Case it, Evidence evidence) {
    if (it.elsewhere().isEmpty()) {
      return;
    }
    String there = it.elsewhere().getFirst();
    List<Measurement> random = tried(it, there, RANDOM);
    List<Measurement> printable = tried(it, there, PRINTABLE);
    boolean each =
        random.size() >= TIMES
            && random.stream().noneMatch(RandomLookingBytes::ended)
            && printable.size() >= TIMES
            && printable.stream().allMatch(RandomLookingBytes::ended);
    evidence.add(
        Mark.RANDOM_FAILS,
        each ? random.size() : 0,
        "random bytes to another server got no reaction %d times, behind printable ones they did %d times"
            .formatted(random.size(), printable.size()));
  }
}
