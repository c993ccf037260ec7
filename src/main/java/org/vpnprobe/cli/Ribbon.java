package org.vpnprobe.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.vpnprobe.analysis.change.Sign;
import org.vpnprobe.model.PastVerdict;
import org.vpnprobe.model.State;

/**
 * Time from left to right in so many pieces, a character each: how much of what was judged in it
 * worked.
 */
final class Ribbon {
  private final Instant from;
  private final long piece;
  private final int[] works;
  private final int[] fails;
  private final int[] silent;

  Ribbon(Instant from, Instant to, int pieces) {
    this.from = from;
    long length = Math.max(1, Duration.between(from, to).toSeconds() + 1);
    this.piece = Math.ceilDiv(length, pieces);
    works = new int[pieces];
    fails = new int[pieces];
    silent = new int[pieces];
  }

  void add(PastVerdict verdict) {
    long index = Math.floorDiv(Duration.between(from, verdict.at()).toSeconds(), piece);
    if (index >= 0 && index < works.length) {
      int i = (int) index;
      switch (Sign.of(verdict.state())) {
        case WORKS -> works[i]++;
        case FAILS -> fails[i]++;
        case NONE -> silent[i]++;
      }
    }
  }

  void add(List<PastVerdict> verdicts) {
    verdicts.forEach(this::add);
  }

  /** What the characters mean. */
  static String legend(boolean plain) {
    return plain
        ? "# worked  + in part  x failed  ? could not be judged  . no run"
        : "█ worked  ▄ in part  ▁ failed  · could not be judged, blank: no run";
  }

  /** How long a character lasts. */
  Duration piece() {
    return Duration.ofSeconds(piece);
  }

  /** The characters. */
  String text(boolean plain, Paint paint) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < works.length; i++) {
      if (works[i] + fails[i] == 0) {
        out.append(silent[i] > 0 ? (plain ? "?" : "·") : plain ? "." : " ");
      } else if (fails[i] == 0) {
        out.append(paint.state(State.REACHABLE, plain ? "#" : "█"));
      } else if (works[i] == 0) {
        out.append(paint.state(State.BLOCKED, plain ? "x" : "▁"));
      } else {
        out.append(paint.state(State.DEGRADED, plain ? "+" : "▄"));
      }
    }
    return out.toString();
  }
}
