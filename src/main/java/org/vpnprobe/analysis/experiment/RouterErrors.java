package org.vpnprobe.analysis.experiment;

import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;

/** Nothing is sent: what routers said in ICMP about the cell's own trials. */
final class RouterErrors implements Inquiry {
  @Override
  public String name() {
    return "router_errors";
  }

  @Override
  public Optional<Try> next(Case it) {
    return Optional.empty();
  }

  @Override
  public void read(Case it, Evidence evidence) {
    int forbidden = (int) it.own().stream().filter(RouterErrors::forbids).count();
    boolean atControl = it.controls().stream().anyMatch(RouterErrors::forbids);
    evidence.add(
        Mark.FORBIDDEN_BY_ROUTER,
        atControl ? 0 : forbidden,
        "%d times a router on the way said that this is forbidden".formatted(forbidden));
  }

  private static boolean forbids(Measurement m) {
    return Case.failedWith(m, FailureKind.ADMIN_PROHIBITED);
  }
}
