package org.vpnprobe.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Cost;
import org.vpnprobe.engine.JournalWriter;
import org.vpnprobe.engine.Progress;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.State;
import org.vpnprobe.real.Daemon;
import org.vpnprobe.real.TestNet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A quick run over many endpoints, a third of them black holes, through a namespace vantage: real
 * connections, dropped by a router. Prints the time against the lower bound that {@code check}
 * prints, and what was used: by this process, or by the image, from its start to its exit, when its
 * command is named. Arguments: how many endpoints (default 2,000), the image's command. As root.
 */
public final class QuickRun {
  /** The server host has all of 10.96.0.0/14. */
  private static final int MOST = 250_000;

  private QuickRun() {}

  /** Runs once. */
  public static void main(String[] args) throws Exception {
    int endpoints = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
    if (endpoints > MOST) {
      throw new IllegalArgumentException("at most " + MOST);
    }
    Path home = Files.createTempDirectory("vpnprobe-bench");
    try (TestNet net = TestNet.with("mobile")) {
      // All of 10.96.0.0/14 is the server host's; the router drops the first third of those used.
      net.exec(net.server(), "ip", "route", "add", "local", "10.96.0.0/14", "dev", "lo");
      net.exec(net.router("mobile"), "ip", "route", "add", "10.96.0.0/14", "via", "10.92.1.2");
      net.interfere("mobile", "ip daddr " + host(0) + "-" + host(endpoints / 3 - 1) + " drop");
      try (Daemon server = nginx(net, home)) {
        if (!server.isAlive()) {
          throw new IllegalStateException("no server");
        }
        String file = file(net, endpoints);
        Options options =
            Options.of("bench", Instant.now(), "bench").withProfile(Profile.QUICK).withSeed(1);
        Loaded loaded = ProbeFile.parse("probes.yaml", file, options);
        if (args.length > 1) {
          image(args[1], loaded, file, home, endpoints);
        } else {
          measure(loaded, home, endpoints);
        }
      }
    } finally {
      Usage.delete(home);
    }
  }

  private static String host(int number) {
    int host = number + 1;
    return "10.%d.%d.%d".formatted(96 + host / 65_536, host / 256 % 256, host % 256);
  }

  private static Daemon nginx(TestNet net, Path home) throws Exception {
    Files.writeString(
        home.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr notice;
        worker_rlimit_nofile 8192;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          server { listen 8080 backlog=4096; location / { return 200; } }
        }
        """
            .formatted(home));
    return Daemon.start(net.server(), home, "nginx", "-c", home + "/nginx.conf", "-p", home + "/")
        .await(
            () -> net.exec(net.server(), "ss", "-Hltn", "sport = :8080").contains("LISTEN"),
            "listening nginx");
  }

  private static String file(TestNet net, int endpoints) {
    StringBuilder file =
        new StringBuilder("version: 1\ncarriers:\n  mobile: {via: {netns: ")
            .append(net.client("mobile"))
            .append("}}\nendpoints:\n");
    for (int i = 0; i < endpoints; i++) {
      file.append("  - {name: e%d, protocol: tcp, address: \"%s:8080\"}\n".formatted(i, host(i)));
    }
    return file.toString();
  }

  private static void image(String command, Loaded loaded, String file, Path home, int endpoints)
      throws Exception {
    Path written = Files.writeString(home.resolve("probes.yaml"), file);
    Usage usage =
        Usage.of(
            List.of(
                command,
                "run",
                "--quick",
                "--format",
                "json",
                written.toString(),
                "--out",
                home.resolve("run").toString()),
            home);
    JsonNode counts =
        new ObjectMapper()
            .readerFor(JsonNode.class)
            .at("/carriers/0/counts")
            .readValue(home.resolve("run/report.json").toFile());
    System.out.println("cells       " + counts);
    bound(
        Cost.lowerBound(loaded.plan(), loaded.limits(), endpoints / 3 * 1.0 / endpoints),
        usage.wall());
    System.out.println(usage);
  }

  private static void bound(Duration bound, Duration took) {
    System.out.println("lower bound " + bound.toMillis() / 1e3 + " s");
    System.out.println("took        " + took.toMillis() / 1e3 + " s");
    System.out.printf("ratio       %.2f%n", took.toNanos() * 1.0 / bound.toNanos());
  }

  private static void measure(Loaded loaded, Path home, int endpoints) throws Exception {
    Plan plan = loaded.plan();
    List<Measurement> measured = new ArrayList<>();
    SteadyClock clock = SteadyClock.system(Instant.MIN);
    AtomicInteger files = new AtomicInteger();
    Thread watch = Thread.ofPlatform().daemon().start(() -> watch(files));
    long begin = System.nanoTime();
    try (Stations stations = Stations.open(loaded, plan, clock);
        JournalWriter journal = JournalWriter.begin(home.resolve("results.ndjson"), plan)) {
      Run.Sink sink =
          m -> {
            journal.write(m);
            measured.add(m);
          };
      new Run(
              plan,
              stations.byVantage(),
              loaded.limits(),
              List.of(),
              sink,
              Progress.NONE,
              clock,
              null)
          .run();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    watch.interrupt();
    Report report = Analyst.report(List.of(new Recorded(plan, measured, clock.instant())));
    Map<State, Integer> states = new TreeMap<>();
    report.cells().forEach(cell -> states.merge(cell.state(), 1, Integer::sum));
    Duration bound =
        Cost.lowerBound(
            plan, loaded.limits(), states.getOrDefault(State.INSUFFICIENT, 0) * 1.0 / endpoints);
    System.out.println("cells       " + states);
    System.out.println("trials      " + measured.size());
    bound(bound, took);
    System.out.println("peak heap   " + Memory.peakHeap() + " MiB");
    long pid = ProcessHandle.current().pid();
    System.out.println("resident    " + (Usage.resident(pid) >> 10) + " MiB at most (VmHWM)");
    System.out.println("files       " + files + " at most");
    System.out.println(
        "CPU         "
            + ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3
            + " s");
    System.out.println(
        "peak threads of the platform " + ManagementFactory.getThreadMXBean().getPeakThreadCount());
  }

  private static void watch(AtomicInteger files) {
    try {
      while (true) {
        Thread.sleep(200);
        files.accumulateAndGet(Usage.files(ProcessHandle.current().pid()), Math::max);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The run is over.
    }
  }
}
