package org.vpnprobe.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.TrialId;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.JournalWriter;
import org.vpnprobe.engine.Run;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Failure;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Order;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Purpose;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;

/**
 * What a report of very many measurements costs: writes the journal of a standard run in which a
 * third of all cells fail for eleven rounds each, beside the witness trials of three lines, and
 * makes its report in a process of its own. Arguments: measurements in all (default 1,000,000), the
 * report's heap in MiB (default 0, no limit), more options of Java, which begin with {@code -X},
 * and of the report.
 */
public final class Million {
  private static final int ROUNDS = 11;
  private static final List<String> CARRIERS = List.of("a", "b", "c");
  private static final String CONTROL = "d";
  private static final int WITNESSES = 8;
  private static final int WITNESS_SECONDS = 5;

  private final Random random = new Random(1);
  private final JournalWriter journal;
  private final Plan plan;
  private long written;

  private Million(JournalWriter journal, Plan plan) {
    this.journal = journal;
    this.plan = plan;
  }

  /** Runs once. */
  public static void main(String[] args) throws Exception {
    int wanted = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int heap = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    // Each endpoint: four screenings, and eleven rounds of three trials on one carrier.
    int endpoints = wanted / (CARRIERS.size() + 1 + 3 * ROUNDS);
    Path folder = Files.createTempDirectory("vpnprobe-bench");
    try {
      Path file = folder.resolve("results.ndjson");
      long begin = System.nanoTime();
      long written = write(file, endpoints);
      System.out.printf(
          Locale.ROOT,
          "journal      %,d measurements, %d MiB, written in %.1f s%n",
          written,
          Files.size(file) >> 20,
          (System.nanoTime() - begin) / 1e9);
      List<String> words = new ArrayList<>(List.of("report", file.toString()));
      words.addAll(List.of("--out", folder.resolve("out").toString(), "--inconclusive-ok"));
      words.addAll(List.of(args).subList(Math.min(2, args.length), args.length));
      if (heap > 0) {
        words.add("-Xmx" + heap + "m");
      }
      Usage usage = Usage.of(folder, words.toArray(String[]::new));
      System.out.println("report       " + usage);
      System.out.print(Files.readString(folder.resolve("err.txt")));
      try (Stream<Path> files = Files.list(folder.resolve("out"))) {
        for (Path each : files.sorted().toList()) {
          System.out.printf(
              Locale.ROOT, "%-12s %d MiB%n", each.getFileName(), Files.size(each) >> 20);
        }
      }
    } finally {
      Usage.delete(folder);
    }
  }

  private static long write(Path file, int endpoints) throws Exception {
    StringBuilder text = new StringBuilder("version: 1\nlab: {pace: 1}\ncarriers:\n");
    CARRIERS.forEach(carrier -> text.append("  " + carrier + ": {via: {lab: clean}}\n"));
    text.append("controls:\n  " + CONTROL + ": {via: {lab: clean}}\nendpoints:\n");
    for (int i = 0; i < endpoints; i++) {
      text.append(
          "  - {name: e%d, protocol: tls, address: \"10.%d.%d.%d:443\"}\n"
              .formatted(i, 9 + i / 62_500, i / 250 % 250, 1 + i % 250));
    }
    Plan plan =
        ProbeFile.parse(
                "probes.yaml",
                text.toString(),
                Options.of("bench", Instant.parse("2027-01-01T00:00:00Z"), "bench").withSeed(1))
            .plan();
    try (JournalWriter writer = JournalWriter.begin(file, plan)) {
      Million million = new Million(writer, plan);
      million.write();
      writer.finish(plan.createdAt().plusSeconds(900), Run.Ending.FINISHED);
      return million.written;
    }
  }

  private void write() throws Exception {
    List<String> suspects = new ArrayList<>();
    java.util.Map<String, EndpointFacts> endpoints = new java.util.HashMap<>();
    plan.endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
    java.util.Map<String, CellFacts> cells = new java.util.HashMap<>();
    for (CellFacts cell : plan.cells()) {
      cells.put(cell.id(), cell);
      int number = Integer.parseInt(cell.endpoint().substring(1));
      boolean fails = fails(number, cell.vantage());
      Order.Single order = new Order.Single(cell.id(), Purpose.SCREENING, 1, Duration.ZERO);
      String address = Objects.requireNonNull(endpoints.get(cell.endpoint())).address();
      write(TrialId.of(order), cell, null, Purpose.SCREENING, 0, number % 100, address, fails);
      if (fails) {
        suspects.add(cell.id());
      }
    }
    for (int round = 1; round <= ROUNDS; round++) {
      int at = 100 + 40 * round;
      for (int second = at - 20; second < at + 20; second += WITNESS_SECONDS) {
        int turn = second / WITNESS_SECONDS;
        for (int line = 0; line < CARRIERS.size(); line++) {
          // Every third endpoint fails on a line, the one after it does not.
          int number = line + 1 + CARRIERS.size() * (turn % WITNESSES);
          CellFacts witness =
              Objects.requireNonNull(cells.get("e" + number + "@" + CARRIERS.get(line)));
          int attempt = 1 + turn / WITNESSES;
          Order.Single order =
              new Order.Single(witness.id(), Purpose.WITNESS, attempt, Duration.ZERO);
          String address = Objects.requireNonNull(endpoints.get(witness.endpoint())).address();
          write(TrialId.of(order), witness, null, Purpose.WITNESS, 0, second, address, false);
        }
      }
      for (String id : suspects) {
        CellFacts suspect = Objects.requireNonNull(cells.get(id));
        String beside = CellFacts.id(suspect.endpoint(), CONTROL, suspect.family());
        CellFacts control = Objects.requireNonNull(cells.get(beside));
        Order.Round order = new Order.Round(id, round, CONTROL, null, Duration.ZERO);
        String address = Objects.requireNonNull(endpoints.get(suspect.endpoint())).address();
        part(order, Purpose.CONTROL_BEFORE, control, at, address);
        part(order, Purpose.COUNTED, suspect, at + 1, address);
        part(order, Purpose.CONTROL_AFTER, control, at + 12, address);
      }
    }
  }

  private static boolean fails(int number, String vantage) {
    return vantage.equals(CARRIERS.get(number % CARRIERS.size()));
  }

  private void part(Order.Round order, Purpose purpose, CellFacts cell, int at, String address)
      throws Exception {
    write(
        TrialId.of(order, purpose),
        cell,
        order.cell(),
        purpose,
        order.round(),
        at,
        address,
        purpose == Purpose.COUNTED);
  }

  private void write(
      String id,
      CellFacts cell,
      @Nullable String serves,
      Purpose purpose,
      int round,
      int second,
      String address,
      boolean fails)
      throws Exception {
    Duration connected = Duration.ofNanos(20_000_000L + random.nextInt(9_000_000));
    Duration shaken = Duration.ofNanos(30_000_000L + random.nextInt(9_000_000));
    Duration limit = Duration.ofSeconds(10);
    String failure = fails ? "generic_timeout_error" : null;
    journal.write(
        new Measurement(
            id,
            cell.id(),
            serves,
            cell.endpoint(),
            cell.vantage(),
            cell.family(),
            purpose,
            round,
            plan.createdAt().plusSeconds(second).plusNanos(random.nextInt(900_000_000)),
            fails ? limit : connected.plus(shaken),
            address,
            limit,
            Depth.HANDSHAKE,
            fails ? Depth.PORT : Depth.HANDSHAKE,
            fails ? "the port is open" : "a TLS handshake",
            fails
                ? new Failure(
                    StepName.TLS, FailureKind.GENERIC_TIMEOUT_ERROR, null, "no answer", limit)
                : null,
            fails ? null : shaken,
            List.of(
                new Step(StepName.CONNECT, Duration.ZERO, connected, 0, 0, 0, 0, null),
                new Step(
                    StepName.TLS, connected, fails ? limit : shaken, 517, 1, 1300, 2, failure)),
            fails
                ? List.of()
                : List.of(
                    new Observation(connected, "tls_version", "TLSv1.3"),
                    new Observation(
                        connected,
                        "tls_certificate_sha256",
                        "%064x".formatted(cell.endpoint().hashCode()))),
            null));
    written++;
  }
}
