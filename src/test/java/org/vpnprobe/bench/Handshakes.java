package org.vpnprobe.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Station;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.engine.TrialOrder;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Purpose;

/**
 * Handshakes a second and CPU for each, protocol by protocol, by the engine's own stations on real
 * loopback sockets, against servers in another process. The pace of a run, 200 flows a second, is a
 * promise and not a limit of the machine: here trials follow each other without it, as many at once
 * as there are endpoints. Arguments: seconds for each protocol (default 5), endpoints at once
 * (default 16).
 */
public final class Handshakes {
  private static final List<String> PROTOCOLS =
      List.of("tcp", "tls", "wireguard", "openvpn", "ikev2");

  private Handshakes() {}

  /** Runs once. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    int atOnce = args.length > 1 ? Integer.parseInt(args[1]) : 16;
    System.out.printf(
        Locale.ROOT,
        "%-10s %12s %9s %14s %14s%n",
        "protocol",
        "handshakes/s",
        "failed",
        "our CPU, ms",
        "servers', ms");
    for (String protocol : PROTOCOLS) {
      measure(protocol, seconds, atOnce);
    }
  }

  private static void measure(String protocol, int seconds, int atOnce) throws Exception {
    Path file = Files.createTempFile("vpnprobe-bench", ".yaml");
    Files.writeString(file, plan(protocol, atOnce, Map.of()));
    Process servers =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                "org.vpnprobe.lab.OnLoopback",
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Map<String, Integer> ports = new HashMap<>();
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(servers.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = said.readLine(); !"ready".equals(line); line = said.readLine()) {
          if (line == null) {
            throw new IllegalStateException("no servers of " + protocol);
          }
          String[] words = line.split(" ");
          ports.put(words[0], Integer.parseInt(words[1]));
        }
        Loaded loaded =
            ProbeFile.parse(
                "bench.yaml",
                plan(protocol, atOnce, ports),
                Options.of("bench", Instant.now(), "bench").withLab(Lab::material));
        measure(protocol, seconds, loaded, servers.toHandle());
      }
    } finally {
      servers.destroy();
      Files.delete(file);
    }
  }

  private static void measure(String protocol, int seconds, Loaded loaded, ProcessHandle servers)
      throws Exception {
    SteadyClock clock = SteadyClock.system(Instant.MIN);
    try (Stations stations = Stations.open(loaded, loaded.plan(), clock)) {
      trials(loaded, stations, Duration.ofSeconds(seconds)); // Until it is compiled.
      Duration ours = cpu(ProcessHandle.current());
      Duration theirs = cpu(servers);
      long begin = System.nanoTime();
      Count count = trials(loaded, stations, Duration.ofSeconds(seconds));
      double wall = (System.nanoTime() - begin) / 1e9;
      int all = Math.max(1, count.answered() + count.failed());
      System.out.printf(
          Locale.ROOT,
          "%-10s %12.0f %9d %14.2f %14.2f%n",
          protocol,
          count.answered() / wall,
          count.failed(),
          cpu(ProcessHandle.current()).minus(ours).toNanos() / 1e6 / all,
          cpu(servers).minus(theirs).toNanos() / 1e6 / all);
    }
  }

  /** Of user and system, so far. */
  static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** How trials ended. */
  static final class Count {
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    int answered() {
      return answered.get();
    }

    int failed() {
      return failed.get();
    }
  }

  /** Makes trials of all cells at once, each one after the other, for so long. */
  static Count trials(Loaded loaded, Stations stations, Duration time) throws Exception {
    Count count = new Count();
    long end = System.nanoTime() + time.toNanos();
    List<Thread> threads = new ArrayList<>();
    Map<String, EndpointFacts> endpoints = new HashMap<>();
    loaded.plan().endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
    for (CellFacts cell : loaded.plan().cells()) {
      EndpointFacts endpoint = Objects.requireNonNull(endpoints.get(cell.endpoint()));
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int i = 0; System.nanoTime() < end; i++) {
              TrialOrder order =
                  new TrialOrder(
                      cell.id() + "#" + i,
                      cell,
                      null,
                      Purpose.SCREENING,
                      0,
                      null,
                      endpoint.goal(),
                      endpoint.deadline());
              Station station = Objects.requireNonNull(stations.byVantage().get(cell.vantage()));
              Measurement m = station.measure(order, server -> false);
              (m.succeeded() ? count.answered : count.failed).incrementAndGet();
              if (!endpoint.exclusive().isEmpty()) {
                rest(); // As a run does: the server would drop what comes sooner.
              }
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return count;
  }

  private static void rest() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String plan(String protocol, int endpoints, Map<String, Integer> ports) {
    Random random = new Random(1);
    StringBuilder file =
        new StringBuilder("version: 1\ncarriers:\n  here: {via: direct}\nendpoints:\n");
    for (int i = 0; i < endpoints; i++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      String settings =
          switch (protocol) {
            case "tls" -> ", ca: \"${lab:lab_ca}\", sni: vpn.lab.example";
            case "wireguard" ->
                ", public_key: \"${lab:wireguard_public_key}\", private_key: \""
                    + Base64.getEncoder().encodeToString(key)
                    + "\"";
            case "openvpn" -> ", ca: \"${lab:lab_ca}\", username: demo, password: demo";
            case "ikev2" -> ", psk: demo";
            default -> "";
          };
      file.append(
          "  - {name: e%d, protocol: %s, address: \"127.0.0.1:%d\"%s}\n"
              .formatted(i, protocol, ports.getOrDefault("e" + i, 4433), settings));
    }
    return file.toString();
  }
}
