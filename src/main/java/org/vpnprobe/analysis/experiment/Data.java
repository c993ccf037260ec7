package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * Data through the open session, 64 KiB and 40 packets each way over 15 s, a pause of 30 s, and the
 * same again (science.md §7, D7 and D8), here and at the control in turn: finds what freezes, what
 * drops a tunnel's packets, and what slows it down. A line that is slow is nobody's throttle: what
 * was slow is compared with another server's session on the same line.
 */
final class Data implements Inquiry {
  private static final Variation DATA = new Variation.DataAfter(64, 40, 15, 30);
  private static final int TIMES = 3;

  /** OONI calls a tenth extreme (science.md §1.2, dd-007). */
  private static final double THROTTLED = 0.1;

  /**
   * In kbit/s. Throttles that were measured let 100 to 200 through (science.md §7, D8); above that
   * the control's way is so short that noise is ten times as long.
   */
  private static final int PLATEAU = 200;

  /** A full queue makes a round trip that many times as long as a quick handshake's. */
  private static final double JITTER = 4;

  /** Trials at most, those whose session did not open among them. */
  private static final int MOST = 5;

  /** A tunnel that carried less than this was not frozen: its packets never passed. */
  private static final int FIRST_PACKETS = 8;

  @Override
  public String name() {
    return "data";
  }

  @Override
  public Optional<Try> next(Case it) {
    boolean works = it.stage() == Stage.LATER;
    if (!works || !it.endpoint().carriesData() || it.control() == null || it.broken(this)) {
      return Optional.empty();
    }
    List<Measurement> here = opened(it, it.cell().id());
    List<Measurement> there = it.of(this, it.control());
    if (it.of(this, it.cell().id()).size() >= MOST) {
      return Optional.empty();
    }
    if (here.isEmpty()) {
      return Optional.of(Try.soon(it.cell().id(), DATA));
    }
    if (there.isEmpty()) {
      return Optional.of(Try.soon(it.control(), DATA));
    }
    if (!suspicious(it, here.getFirst(), there.getFirst())) {
      return Optional.empty();
    }
    if (here.getFirst().succeeded() && !lineIsFast(it)) {
      return another(it);
    }
    // In turn, so that each here has one there to be compared with, the last one, too.
    if (there.size() < here.size()) {
      return Optional.of(Try.soon(it.control(), DATA));
    }
    return here.size() < TIMES
        ? Optional.of(Try.clean(it, it.cell().id(), DATA))
        : Optional.empty();
  }

  /** Another server's session on this line, and at the control; empty when both were looked at. */
  private Optional<Try> another(Case it) {
    return others(it).stream()
        .filter(cell -> it.of(this, cell).isEmpty())
        .findFirst()
        .map(cell -> Try.soon(cell, DATA));
  }

  private static List<String> others(Case it) {
    return it.beside() == null || it.control() == null
        ? List.of()
        : List.of(it.beside(), Case.atControl(it.beside(), it.control()));
  }

  private static boolean suspicious(Case it, Measurement here, Measurement there) {
    return there.succeeded() && (!here.succeeded() || slower(it, here, there));
  }

  private static boolean slower(Case it, Measurement here, Measurement there) {
    return slower(here, there, fastest(it.own()), fastest(it.controls()));
  }

  /** What goes to and fro is slower on a longer way, too: round trips, in milliseconds. */
  private static boolean slower(
      Measurement here, Measurement there, double tripHere, double tripThere) {
    long control = number(there, "data_kbps");
    long rate = number(here, "data_kbps");
    double distance = tripHere > 0 && tripThere > 0 ? Math.min(1, tripThere / tripHere) : 1;
    return control > 0
        && rate <= PLATEAU
        && rate <= control * Math.min(THROTTLED, distance / JITTER);
  }

  /** How many of those that passed were slow, each against the control's trial beside it. */
  private static int slow(Case it, List<Measurement> here, List<Measurement> there) {
    int slow = 0;
    for (int i = 0; i < here.size(); i++) {
      Measurement beside = there.get(Math.min(i, there.size() - 1));
      slow += here.get(i).succeeded() && slower(it, here.get(i), beside) ? 1 : 0;
    }
    return slow;
  }

  /** Another server's data flows on this line as it should. */
  private boolean lineIsFast(Case it) {
    List<Measurement> both =
        others(it).stream().flatMap(cell -> it.of(this, cell).stream().limit(1)).toList();
    if (both.size() < 2 || !both.stream().allMatch(Measurement::succeeded)) {
      return false;
    }
    Measurement here = both.getFirst();
    Measurement there = both.getLast();
    return !slower(here, there, fastest(List.of(here)), fastest(List.of(there)));
  }

  /** Milliseconds, 0 when nothing succeeded. */
  private static double fastest(List<Measurement> trials) {
    return trials.stream()
        .flatMap(m -> Optional.ofNullable(m.latency()).stream())
        .mapToDouble(latency -> latency.toNanos() / 1e6)
        .min()
        .orElse(0);
  }

  /** Those whose session opened: a handshake that fails tells nothing of data. */
  private List<Measurement> opened(Case it, String cell) {
    return it.of(this, cell).stream().filter(Data::opened).toList();
  }

  private static long number(Measurement m, String key) {
    // The last word counts: a second burst goes on from the first.
    return m.observations().stream()
        .filter(o -> o.key().equals(key) && o.value().matches("[0-9]{1,15}"))
        .mapToLong(o -> Long.parseLong(o.value()))
        .reduce(0, (first, last) -> last);
  }

  private static boolean opened(Measurement m) {
    return m.reached() != null && m.reached().atLeast(Depth.HANDSHAKE);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    List<Measurement> here = opened(it, it.cell().id());
    List<Measurement> there = it.of(this, it.control());
    if (here.isEmpty() || there.isEmpty() || !there.stream().allMatch(Measurement::succeeded)) {
      return;
    }
    List<Measurement> frozen = here.stream().filter(m -> opened(m) && !m.succeeded()).toList();
    List<Measurement> early =
        frozen.stream().filter(m -> number(m, "frozen_after_packets") < FIRST_PACKETS).toList();
    int passed = (int) here.stream().filter(Measurement::succeeded).count();
    boolean always = passed == 0 && frozen.size() == here.size();
    long least = frozen.stream().mapToLong(m -> number(m, "frozen_after_kb")).min().orElse(0);
    long most = frozen.stream().mapToLong(m -> number(m, "frozen_after_kb")).max().orElse(0);
    evidence.add(
        Mark.DROPPED_AFTER,
        always && early.size() == frozen.size() ? early.size() : 0,
        "%d times the session opened and its data was lost from the first packets on"
            .formatted(early.size()));
    evidence.add(
        Mark.FROZEN,
        always && early.size() < frozen.size() ? frozen.size() : 0,
        "%d times data flowed and stopped after %d to %d KiB"
            .formatted(frozen.size(), least, most));
    int slow = slow(it, here, there);
    evidence.add(
        Mark.THROTTLED,
        slow == here.size() && lineIsFast(it) ? slow : 0,
        "%d times data flowed at a tenth of the control's rate or less, at %d kbit/s; another server's did not"
            .formatted(slow, here.stream().mapToLong(m -> number(m, "data_kbps")).max().orElse(0)));
    evidence.add(
        Mark.DATA_PASSES,
        slow == 0 ? passed : 0,
        "%d KiB went through both ways, before and after a pause"
            .formatted(here.stream().mapToLong(m -> number(m, "data_kb")).max().orElse(0)));
  }
}
