package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.State;
import org.vpnprobe.model.VantageFacts;

/**
 * Two carriers and a control on three machines, at the same time, each with a journal of its own:
 * the journals give the matrix of one machine with all three (design §4a.9).
 */
@Timeout(120)
class MergedRunsTest {
  /** Rounds come every 0.8 s, and controls pair within 6 s: enough for a busy machine. */
  private static final double PACE = 50;

  /** One cell and one server silent, one login refused; the rest answers. */
  private static final FakeStation.World WORLD =
      order -> {
        if (order.cell().id().equals("e1@cm") || order.cell().endpoint().equals("e2")) {
          Thread.sleep(order.deadline().toMillis() / 4);
          return FailureKind.GENERIC_TIMEOUT_ERROR;
        }
        return order.cell().endpoint().equals("e3") ? FailureKind.AUTH_REJECTED : null;
      };

  @TempDir private Path folder = Path.of("");

  private static Draft draft() {
    return new Draft()
        .pace(PACE)
        .createdAt(Instant.now())
        .endpoints(8)
        .endpoint("e1-port", "192.0.2.2:22");
  }

  /** Runs a plan to its end and reads its journal again. */
  private FutureTask<Recorded> running(String name, Plan plan) {
    FutureTask<Recorded> task =
        new FutureTask<>(() -> {
          SteadyClock clock = SteadyClock.system(Instant.MIN);
          Path file = folder.resolve(name + ".ndjson");
          Map<String, Station> stations = new HashMap<>();
          for (VantageFacts vantage : plan.vantages()) {
            stations.put(vantage.name(), new FakeStation(plan, WORLD, clock));
          }
          try (JournalWriter journal = JournalWriter.begin(file, plan)) {
            Run run =
                new Run(
                    plan,
                    stations,
                    Limits.NONE,
                    List.of(),
                    journal::write,
                    Progress.NONE,
                    clock,
                    null);
            journal.finish(clock.instant(), run.run());
          }
          return Journal.read(file).recorded();
        });
    Thread.ofPlatform().start(task);
    return task;
  }

  private static Map<String, State> states(List<Recorded> journals) {
    Map<String, State> states = new TreeMap<>();
    Analyst.report(journals).cells().forEach(cell -> states.put(cell.id(), cell.state()));
    return states;
  }

  @Test
  void threeJournalsGiveTheMatrixOfOne()
      throws IOException, InterruptedException, ExecutionException {
    List<FutureTask<Recorded>> three =
        List.of(
            running("fra", draft().control("fra").asControl().plan()),
            running("cm", draft().carrier("cm").controlElsewhere().plan()),
            running("ct", draft().carrier("ct").controlElsewhere().plan()));
    FutureTask<Recorded> one =
        running("all", draft().carrier("cm").carrier("ct").control("fra").plan());
    List<Recorded> journals = new ArrayList<>();
    for (FutureTask<Recorded> task : three) {
      journals.add(task.get());
    }
    Map<String, State> together = states(List.of(one.get()));
    assertEquals(State.LIKELY_BLOCKED, together.get("e1@cm"));
    assertEquals(State.REACHABLE, together.get("e1@ct"));
    assertEquals(State.DOWN, together.get("e2@ct"));
    assertEquals(State.CONFIG_ERROR, together.get("e3@cm"));
    assertEquals(together, states(journals));
  }
}
