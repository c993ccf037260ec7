package org.vpnprobe.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.real.Daemon;

/**
 * The same TCP and TLS handshakes by prometheus-blackbox-exporter and by the engine's stations,
 * against one nginx: CPU for each, from which follows how many a core can do. The exporter is asked
 * over HTTP, as it is in use; that asking is in its CPU time. Needs Debian's packages
 * prometheus-blackbox-exporter, nginx-light and openssl. Argument: seconds each (default 10).
 */
public final class BesideBlackbox {
  private static final int AT_ONCE = 16;
  private static final int TCP = 18_080;
  private static final int TLS = 18_443;
  private static final int EXPORTER = 19_115;

  private BesideBlackbox() {}

  /** Runs both. */
  public static void main(String[] args) throws Exception {
    Duration time = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 10);
    Path home = Files.createTempDirectory("vpnprobe-bench");
    try {
      prepare(home);
      try (Daemon nginx =
              Daemon.start(null, home, "nginx", "-c", home + "/nginx.conf", "-p", home + "/");
          Daemon exporter =
              Daemon.start(
                  null,
                  home,
                  "prometheus-blackbox-exporter",
                  "--config.file=" + home + "/blackbox.yml",
                  "--log.level=error",
                  "--web.listen-address=127.0.0.1:" + EXPORTER)) {
        nginx.await(() -> answers("http://127.0.0.1:" + TCP), "nginx");
        exporter.await(() -> answers("http://127.0.0.1:" + EXPORTER), "exporter");
        System.out.printf(
            Locale.ROOT, "%-4s %-10s %12s %9s %8s%n", "", "", "probes/s", "CPU, ms", "ratio");
        compare("tcp", "127.0.0.1:" + TCP, "", time, exporter, home);
        compare(
            "tls",
            "127.0.0.1:" + TLS,
            ", ca: \"${file:HOME/ca.crt}\", sni: vpn.test",
            time,
            exporter,
            home);
      }
    } finally {
      Usage.delete(home);
    }
  }

  private static void prepare(Path home) throws Exception {
    int exit =
        new ProcessBuilder(
                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                        + " -subj /CN=vpn.test -addext subjectAltName=DNS:vpn.test"
                        + " -keyout ca.key -out ca.crt")
                    .split(" "))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("openssl.txt").toFile())
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException(Files.readString(home.resolve("openssl.txt")));
    }
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
          server { listen 127.0.0.1:%2$d backlog=4096; location / { return 200; } }
          server {
            listen 127.0.0.1:%3$d ssl backlog=4096;
            ssl_certificate %1$s/ca.crt; ssl_certificate_key %1$s/ca.key;
            ssl_session_cache off; ssl_session_tickets off;
          }
        }
        """
            .formatted(home, TCP, TLS));
    Files.writeString(
        home.resolve("blackbox.yml"),
        """
        modules:
          tcp: {prober: tcp, timeout: 10s}
          tls:
            prober: tcp
            timeout: 10s
            tcp: {tls: true, tls_config: {ca_file: %s/ca.crt, server_name: vpn.test}}
        """
            .formatted(home));
  }

  private static boolean answers(String url) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding());
      return true;
    } catch (java.io.IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void compare(
      String protocol, String target, String settings, Duration time, Daemon exporter, Path home)
      throws Exception {
    StringBuilder file =
        new StringBuilder("version: 1\ncarriers:\n  here: {via: direct}\nendpoints:\n");
    for (int i = 0; i < AT_ONCE; i++) {
      file.append(
          "  - {name: e%d, protocol: %s, address: \"%s\"%s}\n"
              .formatted(i, protocol, target, settings.replace("HOME", home.toString())));
    }
    Loaded loaded =
        ProbeFile.parse("bench.yaml", file.toString(), Options.of("bench", Instant.now(), "bench"));
    double ours;
    try (Stations stations =
        Stations.open(loaded, loaded.plan(), SteadyClock.system(Instant.MIN))) {
      Handshakes.trials(loaded, stations, time); // Until it is compiled.
      Handshakes.trials(loaded, stations, time);
      Duration before = Handshakes.cpu(ProcessHandle.current());
      Handshakes.Count count = Handshakes.trials(loaded, stations, time);
      ours =
          line(
              protocol,
              "vpnprobe",
              count.answered(),
              time,
              Handshakes.cpu(ProcessHandle.current()).minus(before));
      if (count.failed() > 0) {
        System.out.println(count.failed() + " failed");
      }
    }
    URI probe =
        URI.create(
            "http://127.0.0.1:%d/probe?module=%s&target=%s".formatted(EXPORTER, protocol, target));
    ProcessHandle process = ProcessHandle.of(exporter.pid()).orElseThrow();
    ask(probe, time.dividedBy(4));
    Duration before = Handshakes.cpu(process);
    int answered = ask(probe, time);
    double theirs =
        line(protocol, "blackbox", answered, time, Handshakes.cpu(process).minus(before));
    System.out.printf(
        Locale.ROOT, "%-4s %-10s %12s %9s %8.2f%n", protocol, "per core", "", "", theirs / ours);
  }

  private static double line(String protocol, String who, int probes, Duration time, Duration cpu) {
    double each = cpu.toNanos() / 1e6 / Math.max(1, probes);
    System.out.printf(
        Locale.ROOT,
        "%-4s %-10s %12.0f %9.3f%n",
        protocol,
        who,
        probes / (time.toMillis() / 1e3),
        each);
    return each;
  }

  private static int ask(URI probe, Duration time) throws Exception {
    AtomicInteger answered = new AtomicInteger();
    long end = System.nanoTime() + time.toNanos();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        threads.add(
            Thread.startVirtualThread(() -> {
              try {
                while (System.nanoTime() < end) {
                  String body =
                      client
                          .send(
                              HttpRequest.newBuilder(probe).build(),
                              HttpResponse.BodyHandlers.ofString())
                          .body();
                  if (body.contains("probe_success 1")) {
                    answered.incrementAndGet();
                  }
                }
              } catch (java.io.IOException e) {
                System.err.println(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return answered.get();
  }
}
