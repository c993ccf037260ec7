package org.vpnprobe.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.engine.Progress;
import org.vpnprobe.engine.Run;
import org.vpnprobe.engine.Stations;
import org.vpnprobe.engine.SteadyClock;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Profile;
import org.vpnprobe.real.Daemon;
import org.vpnprobe.real.TestNet;

/**
 * The same IKEv2 gateways looked for by ike-scan and by a quick run: one strongSwan on all
 * addresses, a third of them black holes, a third behind a router that loses three packets of ten
 * each way. Which gateways each finds, and what the router carries for it. As root, with Debian's
 * packages ike-scan, strongswan-charon and strongswan-swanctl. Argument: how many addresses
 * (default 300).
 */
public final class BesideIkeScan {
  private static final String CLIENT = "mobile";
  private static final int LOSS = 30;

  private final TestNet net;
  private final Path home;
  private final List<String> hosts = new ArrayList<>();
  private final Path list;

  private BesideIkeScan(TestNet net, Path home, int endpoints) throws Exception {
    this.net = net;
    this.home = home;
    for (int i = 1; i <= endpoints; i++) {
      hosts.add("10.96.%d.%d".formatted(i / 256, i % 256));
    }
    list = Files.write(home.resolve("hosts.txt"), hosts);
  }

  /** Runs them all. */
  public static void main(String[] args) throws Exception {
    int endpoints = args.length > 0 ? Integer.parseInt(args[0]) : 300;
    Path home = Files.createTempDirectory("vpnprobe-bench");
    try (TestNet net = TestNet.with(CLIENT)) {
      net.exec(net.server(), "ip", "route", "add", "local", "10.96.0.0/14", "dev", "lo");
      net.exec(net.router(CLIENT), "ip", "route", "add", "10.96.0.0/14", "via", "10.92.1.2");
      try (Daemon charon = charon(net, home)) {
        if (!charon.isAlive()) {
          throw new IllegalStateException("no gateways");
        }
        new BesideIkeScan(net, home, endpoints).compare();
      }
    } finally {
      Usage.delete(home);
    }
  }

  /** Takes every IKE_SA_INIT: floods are not what is measured. */
  private static Daemon charon(TestNet net, Path home) throws Exception {
    Files.createDirectories(home.resolve("swanctl"));
    Path socket = home.resolve("vici.sock");
    Files.writeString(
        home.resolve("strongswan.conf"),
        """
        charon {
          load = random nonce openssl aes sha1 sha2 hmac kdf gcm curve25519 kernel-libipsec \
        kernel-netlink socket-default vici
          dos_protection = no
          half_open_timeout = 5
          filelog { log { path = /dev/null } }
          plugins { vici { socket = unix://%s } }
        }
        """
            .formatted(socket));
    Files.writeString(
        home.resolve("swanctl/swanctl.conf"),
        """
        connections { any {
          local { auth = psk }
          remote { auth = psk }
          children { net { } }
        } }
        """);
    String environment =
        "STRONGSWAN_CONF=%s/strongswan.conf SWANCTL_DIR=%s/swanctl ".formatted(home, home);
    Daemon charon =
        Daemon.start(
            net.server(),
            home,
            "sh",
            "-c",
            // Its own /run, since charon keeps a pid file there.
            "mount -t tmpfs tmpfs /run && "
                + environment
                + "exec /usr/lib/ipsec/charon --use-syslog no");
    charon.await(() -> Files.exists(socket), "charon");
    net.exec(net.server(), "sh", "-c", environment + "swanctl --load-all --uri unix://" + socket);
    return charon;
  }

  private void compare() throws Exception {
    int third = hosts.size() / 3;
    System.out.printf(
        Locale.ROOT,
        "%d addresses: %d black holes, %d lossy, %d neither%n",
        hosts.size(),
        third,
        third,
        hosts.size() - 2 * third);
    System.out.printf(
        Locale.ROOT,
        "%-26s %6s %6s %6s %14s %14s %7s %6s%n",
        "",
        "found",
        "lossy",
        "wrong",
        "sent, packets",
        "sent, bytes",
        "took, s",
        "CPU, s");
    ikeScan("ike-scan, 3 sends", "--retry=3");
    ikeScan("ike-scan, 6 sends", "--retry=6");
    ours();
  }

  private void ikeScan(String name, String retries) throws Exception {
    interfere();
    Usage usage =
        Usage.of(
            List.of(
                "ip",
                "netns",
                "exec",
                net.client(CLIENT),
                "ike-scan",
                "--ikev2",
                "--nodns",
                "--interval=5", // As many a second as a run begins.
                retries,
                "--file=" + list),
            home);
    Set<String> found = new HashSet<>();
    Matcher matcher =
        Pattern.compile("^([\\d.]+)\\s", Pattern.MULTILINE)
            .matcher(Files.readString(home.resolve("out.txt")));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    line(name, found, usage.wall(), usage.cpu());
  }

  private void ours() throws Exception {
    StringBuilder file =
        new StringBuilder("version: 1\ncarriers:\n  mobile: {via: {netns: ")
            .append(net.client(CLIENT))
            .append("}}\ndefaults: {depth: handshake}\nendpoints:\n");
    for (String host : hosts) {
      file.append("  - {name: e%1$s, protocol: ikev2, address: %1$s}\n".formatted(host));
    }
    Options options =
        Options.of("bench", Instant.now(), "bench").withProfile(Profile.QUICK).withSeed(1);
    Loaded loaded = ProbeFile.parse("probes.yaml", file.toString(), options);
    Set<String> found = new HashSet<>();
    SteadyClock clock = SteadyClock.system(Instant.MIN);
    interfere();
    Duration before = Handshakes.cpu(ProcessHandle.current());
    long begin = System.nanoTime();
    try (Stations stations = Stations.open(loaded, loaded.plan(), clock)) {
      Run.Sink sink =
          (Measurement m) -> {
            if (m.succeeded()) {
              found.add(m.endpoint().substring(1));
            }
          };
      new Run(
              loaded.plan(),
              stations.byVantage(),
              loaded.limits(),
              List.of(),
              sink,
              Progress.NONE,
              clock,
              null)
          .run();
    }
    line(
        "vpnprobe run --quick",
        found,
        Duration.ofNanos(System.nanoTime() - begin),
        Handshakes.cpu(ProcessHandle.current()).minus(before));
  }

  /** Counts first, and then loses: what was sent counts, arrived or not. */
  private void interfere() {
    int third = hosts.size() / 3;
    String holes = hosts.getFirst() + "-" + hosts.get(third - 1);
    String lossy = hosts.get(third) + "-" + hosts.get(2 * third - 1);
    String lose = " numgen random mod 100 < " + LOSS + " drop";
    net.interfere(
        CLIENT,
        "ip daddr 10.96.0.0/14 counter",
        "ip daddr " + holes + " drop",
        "ip daddr " + lossy + lose,
        "ip saddr " + lossy + lose);
  }

  private void line(String name, Set<String> found, Duration took, Duration cpu) {
    String rules = net.exec(net.router(CLIENT), "nft", "list", "ruleset");
    Matcher counter = Pattern.compile("counter packets (\\d+) bytes (\\d+)").matcher(rules);
    if (!counter.find()) {
      throw new IllegalStateException(rules);
    }
    int third = hosts.size() / 3;
    System.out.printf(
        Locale.ROOT,
        "%-26s %6d %6d %6d %14s %14s %7.1f %6.1f%n",
        name,
        found.stream().filter(hosts::contains).count(),
        hosts.subList(third, 2 * third).stream().filter(found::contains).count(),
        hosts.subList(0, third).stream().filter(found::contains).count(),
        counter.group(1),
        counter.group(2),
        took.toMillis() / 1e3,
        cpu.toMillis() / 1e3);
  }
}
