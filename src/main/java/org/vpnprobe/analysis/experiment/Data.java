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

  /**
   * In kbit/s, when more is offered: what makes calls and video useless. Policers that were
   * measured let 128 to 150 through (science.md §4.2).
   */
  private static final int RATE = 2000;

  /** Of the control's rate, and of another server's here. */
  private static final double RATE_SHARE = 0.25;

  /** A throttle lets the same through each time; a way that is crowded does not. */
  private static final int STEADY = 2;

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
        : onceMore(it, here);
  }

  /** The line once more, at the end: it may have become slow meanwhile. */
  private Optional<Try> onceMore(Case it, List<Measurement> here) {
    String beside = it.beside();
    return beside != null
            && here.stream().allMatch(Measurement::succeeded)
            && it.of(this, beside).size() < 2
        ? Optional.of(Try.soon(beside, DATA))
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
    return slowerThanOffered(here, there) || slowInSingles(here, there, tripHere, tripThere);
  }

  /** One packet after the other is slow. */
  private static boolean slowInSingles(
      Measurement here, Measurement there, double tripHere, double tripThere) {
    long control = number(there, "data_kbps");
    long rate = number(here, "data_kbps");
    double distance = tripHere > 0 && tripThere > 0 ? Math.min(1, tripThere / tripHere) : 1;
    return control > 0
        && rate <= PLATEAU
        && rate <= control * Math.min(THROTTLED, distance / JITTER);
  }

  /**
   * Trains of packets are slower on a longer way, too; elsewhere nothing but the way limits them.
   */
  private static boolean slowerThanOffered(Measurement here, Measurement there) {
    long rate = number(here, "data_rate_kbps");
    long tripHere = number(here, "data_trip_us");
    long tripThere = number(there, "data_trip_us");
    double distance =
        tripHere > 0 && tripThere > 0 ? Math.min(1, (double) tripThere / tripHere) : 1;
    return here.observed("data_rate_kbps").isPresent()
        && rate <= RATE
        && rate <= number(there, "data_rate_kbps") * RATE_SHARE * distance;
  }

  /** Where trains were what was slow, they were equally slow. */
  private static boolean steady(List<Measurement> here) {
    long least = here.stream().mapToLong(m -> number(m, "data_rate_kbps")).min().orElse(0);
    long most = here.stream().mapToLong(m -> number(m, "data_rate_kbps")).max().orElse(0);
    return most <= STEADY * Math.max(1, least);
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

  /**
   * Another server's data flows on this line as it should, each time, and faster than this one's.
   */
  private boolean lineIsFast(Case it) {
    List<String> others = others(it);
    if (others.isEmpty()) {
      return false;
    }
    List<Measurement> beside = it.of(this, others.getFirst());
    List<Measurement> control = it.of(this, others.getLast());
    if (beside.isEmpty() || control.isEmpty() || !control.getFirst().succeeded()) {
      return false;
    }
    Measurement there = control.getFirst();
    List<Measurement> own = opened(it, it.cell().id());
    return beside.stream()
        .allMatch(m ->
            m.succeeded()
                && !slower(m, there, fastest(List.of(m)), fastest(List.of(there)))
                && own.stream()
                    .filter(Data::offered)
                    .filter(mine -> !slowInSingles(it, mine))
                    .allMatch(mine -> slowerThanOffered(mine, m)));
  }

  private boolean slowInSingles(Case it, Measurement here) {
    return it.of(this, it.control()).stream()
        .anyMatch(there -> slowInSingles(here, there, fastest(it.own()), fastest(it.controls())));
  }

  private static boolean offered(Measurement m) {
    return m.observed("data_rate_kbps").isPresent();
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
    boolean singles = here.stream().allMatch(m -> slowInSingles(it, m));
    String key = singles ? "data_kbps" : "data_rate_kbps";
    boolean enough = slow >= TIMES && slow == here.size();
    evidence.add(
        Mark.THROTTLED,
        enough && (singles || steady(here)) && lineIsFast(it) ? slow : 0,
        "%d times data flowed at %d kbit/s at most, the control's and another server's here at several times that"
            .formatted(slow, here.stream().mapToLong(m -> number(m, key)).max().orElse(0)));
    evidence.add(
        Mark.DATA_PASSES,
        slow == 0 ? passed : 0,
        "%d KiB went through both ways, before and after a pause"
            .formatted(here.stream().mapToLong(m -> number(m, "data_kb")).max().orElse(0)));
  }
}
