package org.vpnprobe.analysis.experiment;

import java.util.List;
import java.util.Optional;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * Data through the open session, 64 KiB and 40 packets each way over 15 s, a pause of 30 s, and the
 * same again (science.md §7, D7 and D8), here and at the control in turn: finds what freezes, what
 * drops a tunnel's packets, and what slows it down.
 */
final class Data implements Inquiry {
  private static final Variation DATA = new Variation.DataAfter(64, 40, 15, 30);
  private static final int TIMES = 3;

  /** OONI calls a tenth extreme (science.md §1.2, dd-007). */
  private static final double THROTTLED = 0.1;

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
    // In turn, so that each here has one there to be compared with, the last one, too.
    if (there.size() < here.size()) {
      return Optional.of(Try.soon(it.control(), DATA));
    }
    return here.size() < TIMES
        ? Optional.of(Try.clean(it, it.cell().id(), DATA))
        : Optional.empty();
  }

  private static boolean suspicious(Case it, Measurement here, Measurement there) {
    return there.succeeded() && (!here.succeeded() || slower(it, here, there));
  }

  private static boolean slower(Case it, Measurement here, Measurement there) {
    long control = number(there, "data_kbps");
    return control > 0
        && number(here, "data_kbps") <= control * Math.min(THROTTLED, distance(it) / JITTER);
  }

  /** What goes to and fro is slower on a longer way: the control's round trip in parts of ours. */
  private static double distance(Case it) {
    double here = fastest(it.own());
    double there = fastest(it.controls());
    return here > 0 && there > 0 ? Math.min(1, there / here) : 1;
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
    int slow = 0;
    for (int i = 0; i < here.size(); i++) {
      Measurement beside = there.get(Math.min(i, there.size() - 1));
      slow += here.get(i).succeeded() && slower(it, here.get(i), beside) ? 1 : 0;
    }
    evidence.add(
        Mark.THROTTLED,
        slow == here.size() ? slow : 0,
        "%d times data flowed at a tenth of the control's rate or less, at %d kbit/s"
            .formatted(slow, here.stream().mapToLong(m -> number(m, "data_kbps")).max().orElse(0)));
    evidence.add(
        Mark.DATA_PASSES,
        slow == 0 ? passed : 0,
        "%d KiB went through both ways, before and after a pause"
            .formatted(here.stream().mapToLong(m -> number(m, "data_kb")).max().orElse(0)));
  }
}
