package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * The suspect's server name in a handshake with another server of the file, whose own name passes:
 * with {@link OtherServerName} the four-way swap (science.md §1.2 ts-024, §7 D4). No filter of the
 * suspect's server can act there.
 */
final class ServerNameElsewhere implements Inquiry {
  /** Tries with the foreign name, those among them that failed otherwise. */
  private static final int MOST = 4;

  @Override
  public String name() {
    return "sni_elsewhere";
  }

  @Override
  public Optional<Try> next(Case it) {
    String sni = it.endpoint().sni();
    boolean fits = it.stage() == Stage.TLS_RESET || it.stage() == Stage.TLS_SILENT;
    if (!fits || sni == null || it.elsewhere().isEmpty()) {
      return Optional.empty();
    }
    Variation theirs = new Variation.OtherSni(sni);
    String there = it.elsewhere().getFirst();
    List<Measurement> done = it.of(this, there);
    String control = it.control() == null ? null : Case.atControl(there, it.control());
    if (control != null && it.of(this, control).isEmpty()) {
      return Optional.of(Try.soon(control, theirs));
    }
    if (control != null && it.of(this, control).stream().noneMatch(Case::answered)) {
      return Optional.empty(); // That server refuses the name itself.
    }
    List<Measurement> foreign = done.stream().filter(m -> isVaried(m, theirs)).toList();
    boolean passed = foreign.stream().anyMatch(Case::answered);
    boolean ownFailed = done.stream().anyMatch(m -> !isVaried(m, theirs) && !m.succeeded());
    boolean enough = alike(it, foreign) >= needed(it) || foreign.size() >= MOST;
    if (passed || ownFailed || (enough && ends(done, theirs))) {
      return Optional.empty();
    }
    // Own name first, then in turn; each when nothing of the one before can be left.
    boolean ownNext = done.isEmpty() || isVaried(done.getLast(), theirs);
    return Optional.of(
        ownNext ? Try.clean(it, there, new Variation.Same()) : Try.soon(there, theirs));
  }

  /** Where handshakes are reset, loss makes no reset: a silence there may be its own. */
  private static int alike(Case it, List<Measurement> foreign) {
    return (int)
        foreign.stream()
            .filter(m -> !Case.answered(m))
            .filter(m -> !it.stage().ends() || Stage.of(it.endpoint(), List.of(m)).ends())
            .count();
  }

  private static boolean ends(List<Measurement> done, Variation theirs) {
    return !done.isEmpty() && !isVaried(done.getLast(), theirs);
  }

  private static int needed(Case it) {
    return it.stage().ends() ? 2 : 3;
  }

  private static boolean isVaried(Measurement m, Variation theirs) {
    return Case.experiment(m).variation().equals(theirs);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    String sni = it.endpoint().sni();
    if (sni == null || it.elsewhere().isEmpty()) {
      return;
    }
    Variation theirs = new Variation.OtherSni(sni);
    String there = it.elsewhere().getFirst();
    List<Measurement> done = it.of(this, there);
    String control = it.control() == null ? null : Case.atControl(there, it.control());
    boolean fine = control != null && it.of(this, control).stream().anyMatch(Case::answered);
    int failed = alike(it, done.stream().filter(m -> isVaried(m, theirs)).toList());
    boolean always = done.stream().noneMatch(m -> isVaried(m, theirs) && Case.answered(m));
    long own = done.stream().filter(m -> !isVaried(m, theirs) && m.succeeded()).count();
    boolean ownFailed = done.stream().anyMatch(m -> !isVaried(m, theirs) && !m.succeeded());
    boolean enough = failed >= needed(it) && own > failed && !ownFailed;
    evidence.add(
        Mark.SNI_FAILS_ELSEWHERE,
        fine && always && enough ? failed : 0,
        "its server name fails %d times also with another server, whose own name passes %d times"
            .formatted(failed, own));
    evidence.add(
        Mark.SNI_PASSES_ELSEWHERE, always ? 0 : 1, "its server name passes with another server");
  }
}
