package org.vpnprobe.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.vpnprobe.model.Measurement;

/** A whole run in compressed time, in a process of its own: prints its trials. */
final class PacedRun {
  private PacedRun() {}

  /** Runs the file given, at the pace given. */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    Path home = Objects.requireNonNull(file.getParent());
    Verdicts verdicts =
        Verdicts.of(home, List.of(), Files.readString(file), Double.parseDouble(args[1]));
    for (Measurement m : verdicts.trials()) {
      System.out.println(
          m.cell()
              + " "
              + m.purpose()
              + " "
              + (m.experiment() == null ? "-" : m.experiment().name())
              + " "
              + (m.failure() == null ? "ok" : m.failure().id()));
    }
    System.out.print(verdicts.failing());
  }
}
