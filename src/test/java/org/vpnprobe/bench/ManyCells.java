package org.vpnprobe.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Cost;
import org.vpnprobe.engine.Journal;
import org.vpnprobe.engine.JournalWriter;
import org.vpnprobe.engine.Progress;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Station;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.engine.TrialOrder;
import org.vpnprobe.engine.Turn;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.StepName;

/**
 * What the engine itself costs: 10,000 cells whose trials take no time, some of them silent on the
 * carriers. Prints time and memory. Arguments: the profile, the pace, and one in how many endpoints
 * is silent.
 */
public final class ManyCells {
  private static final int ENDPOINTS = 2500;

  private ManyCells() {}

  /** Runs once. */
  public static void main(String[] args) throws Exception {
    Profile profile = Profile.valueOf(args.length > 0 ? args[0] : "QUICK");
    String pace = args.length > 1 ? args[1] : "100";
    int each = args.length > 2 ? Integer.parseInt(args[2]) : 100;
    StringBuilder file = new StringBuilder("version: 1\nlab: {pace: " + pace + "}\ncarriers:\n");
    for (String carrier : List.of("a", "b", "c")) {
      file.append("  " + carrier + ": {via: {lab: clean}}\n");
    }
    file.append("controls:\n  d: {via: {lab: clean}}\nendpoints:\n");
    for (int i = 0; i < ENDPOINTS; i++) {
      file.append(
          "  - {name: e%d, protocol: tcp, address: \"10.9.%d.%d:80\"}\n"
              .formatted(i, i / 250, 1 + i % 250));
    }
    Options options = Options.of("bench", Instant.now(), "bench").withProfile(profile).withSeed(1);
    Loaded loaded = ProbeFile.parse("probes.yaml", file.toString(), options);
    Plan plan = loaded.plan();
    Path journal = Files.createTempDirectory("vpnprobe-bench").resolve("results.ndjson");
    SteadyClock clock = SteadyClock.system(Instant.MIN);
    Map<String, Station> stations = new HashMap<>();
    plan.vantages().forEach(v -> stations.put(v.name(), new Instantly(plan, clock, each)));
    long begin = System.nanoTime();
    try (JournalWriter writer = JournalWriter.begin(journal, plan)) {
      new Run(plan, stations, loaded.limits(), List.of(), writer::write, Progress.NONE, clock, null)
          .run();
    }
    Cost cost = Cost.of(plan, loaded.limits());
    System.out.printf("cells        %d, %s%n", plan.cells().size(), profile.id());
    System.out.printf(
        "ran          %.1f s, shortest %s, longest %s%n",
        seconds(begin), cost.shortest(), cost.longest());
    begin = System.nanoTime();
    Journal read = Journal.read(journal);
    System.out.printf(
        "read         %.1f s, %d trials, %d MiB%n",
        seconds(begin), read.measurements().size(), Files.size(journal) >> 20);
    begin = System.nanoTime();
    int cells = Analyst.report(List.of(read.recorded())).cells().size();
    System.out.printf("reported     %.1f s, %d cells%n", seconds(begin), cells);
    System.out.println("peak heap    " + Memory.peakHeap() + " MiB");
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** Answers at once, or fails at once. */
  private record Instantly(Map<String, HostPort> servers, SteadyClock clock, int silentEach)
      implements Station {
    Instantly(Plan plan, SteadyClock clock, int silentEach) {
      this(new HashMap<>(), clock, silentEach);
      plan.endpoints().forEach(e -> servers.put(e.name(), HostPort.of(e.address())));
    }

    @Override
    public Measurement measure(TrialOrder order, Turn turn) {
      String endpoint = order.cell().endpoint();
      boolean silent =
          Integer.parseInt(endpoint.substring(1)) % silentEach == 0
              && !order.cell().vantage().equals("d");
      return new Measurement(
          order.id(),
          order.cell().id(),
          order.serves(),
          endpoint,
          order.cell().vantage(),
          order.cell().family(),
          order.purpose(),
          order.round(),
          clock.instant(),
          Duration.ofNanos(1),
          String.valueOf(servers.get(endpoint)),
          order.deadline(),
          order.goal(),
          silent ? null : order.goal(),
          silent ? null : "an answer",
          silent
              ? new Failure(
                  StepName.CONNECT, FailureKind.GENERIC_TIMEOUT_ERROR, null, "silence", null)
              : null,
          silent ? null : Duration.ofNanos(1),
          new ArrayList<>(),
          List.of(),
          null,
          order.experiment());
    }

    @Override
    public void close() {}
  }
}
