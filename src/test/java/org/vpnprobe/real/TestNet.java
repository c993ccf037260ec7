package org.vpnprobe.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small world of network namespaces: one server host, and for each carrier or control a client
 * host behind a router of its own, where nftables plays the middlebox.
 *
 * <pre>
 *   client i  10.91.i.2 ── 10.91.i.1  router i  10.92.i.1 ── 10.92.i.2  server  10.90.0.1 … 10.90.0.9
 *            fd91:i::2 ── fd91:i::1            fd92:i::1 ── fd92:i::2          fd90::1 … fd90::9
 * </pre>
 *
 * Rules belong in the router: a drop in the client's own output would show up as EPERM at the
 * sender.
 */
public final class TestNet implements AutoCloseable {
  /** Addresses of the server host, 1 to this number. */
  static final int SERVER_ADDRESSES = 9;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String prefix;
  private final List<String> clients;
  private final List<String> namespaces = new ArrayList<>();
  private final Thread cleaner = new Thread(this::delete);

  private TestNet(List<String> clients) {
    this.prefix = "vp" + ProcessHandle.current().pid() + "n" + COUNTER.incrementAndGet();
    this.clients = clients;
  }

  /** Makes the namespaces; the names are those of carriers and controls. */
  public static TestNet with(String... clients) {
    TestNet net = new TestNet(List.of(clients));
    Runtime.getRuntime().addShutdownHook(net.cleaner);
    try {
      net.build();
      return net;
    } catch (RuntimeException | Error e) {
      net.close();
      throw e;
    }
  }

  /** The namespace of the server host. */
  public String server() {
    return prefix + "srv";
  }

  /** The namespace of a client host. */
  public String client(String name) {
    return prefix + "c" + index(name);
  }

  /** The namespace of a client's router, where the interference goes. */
  public String router(String name) {
    return prefix + "r" + index(name);
  }

  /** The n-th IPv4 address of the server host, counted from 1. */
  static InetAddress address(int n) {
    return literal("10.90.0." + n);
  }

  /** The n-th IPv6 address of the server host, counted from 1. */
  static InetAddress address6(int n) {
    return literal("fd90::" + n);
  }

  /**
   * Replaces the rules in the forward chain of a client's router.
   *
   * @param rules nft rule bodies, e.g. {@code "ip daddr 10.90.0.1 udp dport 51820 drop"}; none: all
   *     passes
   */
  public void interfere(String client, String... rules) {
    StringBuilder ruleset =
        new StringBuilder("flush ruleset\ntable inet box {\n  chain forward {\n");
    ruleset.append("    type filter hook forward priority 0; policy accept;\n");
    for (String rule : rules) {
      ruleset.append("    ").append(rule).append('\n');
    }
    ruleset.append("  }\n}\n");
    run(ruleset.toString(), "ip", "netns", "exec", router(client), "nft", "-f", "-");
  }

  /** Runs a command in a namespace to its end and returns what it printed; fails when it fails. */
  public String exec(String namespace, String... command) {
    List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    words.addAll(List.of(command));
    return run("", words.toArray(String[]::new));
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The virtual machine is going down and runs the hook itself.
    }
  }

  private void build() {
    namespace(server());
    for (int n = 1; n <= SERVER_ADDRESSES; n++) {
      ip(server(), "addr", "add", "10.90.0." + n + "/32", "dev", "lo");
      ip(server(), "addr", "add", "fd90::" + n + "/128", "dev", "lo");
    }
    for (int i = 1; i <= clients.size(); i++) {
      client(i, prefix + "c" + i, prefix + "r" + i);
    }
  }

  private void client(int i, String client, String router) {
    namespace(client);
    namespace(router);
    exec(router, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    link(
        client,
        "wan0",
        "10.91." + i + ".2/24",
        "fd91:" + i + "::2/64",
        router,
        "lan0",
        "10.91." + i + ".1/24",
        "fd91:" + i + "::1/64");
    link(
        router,
        "wan0",
        "10.92." + i + ".1/24",
        "fd92:" + i + "::1/64",
        server(),
        "lan" + i,
        "10.92." + i + ".2/24",
        "fd92:" + i + "::2/64");
    ip(client, "route", "add", "default", "via", "10.91." + i + ".1");
    ip(client, "-6", "route", "add", "default", "via", "fd91:" + i + "::1");
    ip(router, "route", "add", "10.90.0.0/16", "via", "10.92." + i + ".2");
    ip(router, "-6", "route", "add", "fd90::/64", "via", "fd92:" + i + "::2");
    ip(server(), "route", "add", "10.91." + i + ".0/24", "via", "10.92." + i + ".1");
    ip(server(), "-6", "route", "add", "fd91:" + i + "::/64", "via", "fd92:" + i + "::1");
  }

  private void namespace(String name) {
    namespaces.add(name);
    run("", "ip", "netns", "add", name);
    // A router whose link-local address is still tentative cannot ask for its neighbours.
    exec(
        name,
        "sysctl",
        "-qw",
        "net.ipv6.conf.all.accept_dad=0",
        "net.ipv6.conf.default.accept_dad=0");
    ip(name, "link", "set", "lo", "up");
  }

  private void link(
      String a,
      String nameA,
      String v4a,
      String v6a,
      String b,
      String nameB,
      String v4b,
      String v6b) {
    run(
        "", "ip", "link", "add", nameA, "netns", a, "type", "veth", "peer", "name", nameB, "netns",
        b);
    attach(a, nameA, v4a, v6a);
    attach(b, nameB, v4b, v6b);
  }

  private void attach(String namespace, String device, String v4, String v6) {
    ip(namespace, "addr", "add", v4, "dev", device);
    ip(namespace, "-6", "addr", "add", v6, "dev", device, "nodad");
    ip(namespace, "link", "set", device, "up");
  }

  private void ip(String namespace, String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(words));
    run("", command.toArray(String[]::new));
  }

  private void delete() {
    for (String namespace : List.copyOf(namespaces)) {
      try {
        new ProcessBuilder("ip", "netns", "del", namespace).start().waitFor(5, TimeUnit.SECONDS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    namespaces.clear();
  }

  private int index(String client) {
    int index = clients.indexOf(client);
    if (index < 0) {
      throw new IllegalArgumentException("no client " + client + " among " + clients);
    }
    return index + 1;
  }

  private static String run(String input, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
