package org.vpnprobe.analysis.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Variation;

/**
 * TCP connects to other ports of the same address (science.md §7, D2): an answer or a refusal shows
 * that packets pass both ways; silence where the control gets either shows that they do not. Both
 * in turn are loss, or one dead path of several equal ones, and show nothing.
 */
final class OtherPorts implements Inquiry {
  private static final Set<Stage> STAGES =
      Set.of(
          Stage.CONNECT_SILENT,
          Stage.CONNECT_REFUSED,
          Stage.DATAGRAMS_SILENT,
          Stage.DATAGRAMS_REFUSED,
          Stage.UNREACHABLE);

  /** Ports that are either open or closed, and seldom filtered by a server's own rules. */
  private static final List<Integer> USUAL = List.of(443, 80, 22);

  private static final int PORTS = 2;
  private static final int TIMES = 2;

  @Override
  public String name() {
    return "other_ports";
  }

  @Override
  public Optional<Try> next(Case it) {
    if (!STAGES.contains(it.stage()) || it.address().isEmpty()) {
      return Optional.empty();
    }
    for (int port : ports(it)) {
      Variation there = new Variation.OtherPort(port);
      List<Measurement> atControl = tried(it, it.control(), there);
      if (it.control() != null && atControl.isEmpty()) {
        return Optional.of(Try.soon(it.control(), there));
      }
      if (it.control() != null && atControl.stream().noneMatch(OtherPorts::passes)) {
        continue; // Filtered from everywhere: says nothing.
      }
      if (tried(it, it.cell().id(), there).size() < TIMES) {
        return Optional.of(Try.soon(it.cell().id(), there));
      }
    }
    return Optional.empty();
  }

  private static List<Integer> ports(Case it) {
    int own = HostPort.of(it.endpoint().address()).port();
    List<Integer> ports = new ArrayList<>(it.ports());
    ports.addAll(USUAL);
    return ports.stream().filter(port -> port != own).distinct().limit(PORTS).toList();
  }

  private List<Measurement> tried(
      Case it, @org.jspecify.annotations.Nullable String cell, Variation there) {
    return it.of(this, cell).stream()
        .filter(m -> Case.experiment(m).variation().equals(there))
        .toList();
  }

  private static boolean passes(Measurement m) {
    return m.succeeded() || Case.failedWith(m, FailureKind.CONNECTION_REFUSED);
  }

  @Override
  public void read(Case it, Evidence evidence) {
    int answered = 0;
    int lost = 0;
    int silent = 0;
    int silentPorts = 0;
    int refused = 0;
    for (int port : ports(it)) {
      Variation there = new Variation.OtherPort(port);
      List<Measurement> here = tried(it, it.cell().id(), there);
      int passed = (int) here.stream().filter(OtherPorts::passes).count();
      answered += passed;
      refused +=
          (int)
              here.stream().filter(m -> Case.failedWith(m, FailureKind.CONNECTION_REFUSED)).count();
      boolean known = tried(it, it.control(), there).stream().anyMatch(OtherPorts::passes);
      lost += known ? here.size() - passed : 0;
      if (known && passed == 0 && here.size() >= TIMES) {
        silent += here.size();
        silentPorts++;
      }
    }
    evidence.add(
        Mark.OTHER_PORT_ANSWERS,
        lost == 0 ? answered : 0,
        "other TCP ports of the address answered or refused %d times".formatted(answered));
    evidence.add(
        Mark.ONLY_CONNECTS,
        lost == 0 && refused == 0 ? answered : 0,
        "no port refused: somebody on the way may take every connection");
    evidence.add(
        Mark.OTHER_PORTS_SILENT,
        answered == 0 ? silent : 0,
        "%d other TCP ports of the address, which answer at the control, stayed silent %d times"
            .formatted(silentPorts, silent));
  }
}
