package org.vpnprobe.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;

/** A process that writes to a history while others do the same. */
final class Writer {
  static final int CELLS = 20;

  private Writer() {}

  /** Appends so many runs of its own, and as many that every writer has. */
  public static void main(String[] args) throws IOException {
    int runs = Integer.parseInt(args[2]);
    for (int i = 0; i < runs; i++) {
      // As cron's runs do: each opens it anew.
      try (History history = History.open(args[0])) {
        history.append(run(args[1] + "-" + i, i));
        history.append(run("all-" + i, i));
      }
    }
  }

  private static Report run(String id, int number) {
    List<Report.Cell> cells = new ArrayList<>();
    for (int i = 0; i < CELLS; i++) {
      State state = State.values()[(i + number) % State.values().length];
      cells.add(Runs.cell("e" + i, "wireguard", "mobile", state));
    }
    return Runs.run(id, AnyHistory.after(number), cells, List.of());
  }
}
