package org.vpnprobe.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host with two ways out: the better route leads to one server, the other interface to another
 * that has the same address. Who answers tells which way the packets took.
 */
@Tag("real")
class BoundVantageRealTest {
  @TempDir static Path directory;
  private static TestNet net;
  private static final List<Daemon> SERVERS = new ArrayList<>();

  @BeforeAll
  static void start() {
    Needs.programs("dnsmasq");
    net = TestNet.with("host", "other");
    String host = net.client("host");
    String other = net.client("other");
    net.exec(
        host, "ip", "link", "add", "alt0", "type", "veth", "peer", "name", "alt1", "netns", other);
    net.exec(host, "ip", "addr", "add", "10.95.0.1/24", "dev", "alt0");
    net.exec(host, "ip", "link", "set", "alt0", "up");
    net.exec(
        host, "ip", "route", "add", "10.90.0.1", "via", "10.95.0.2", "dev", "alt0", "metric", "9");
    net.exec(host, "ip", "route", "add", "10.90.0.1", "via", "10.91.1.1", "metric", "1");
    net.exec(other, "ip", "addr", "add", "10.95.0.2/24", "dev", "alt1");
    net.exec(other, "ip", "link", "set", "alt1", "up");
    net.exec(other, "ip", "addr", "add", "10.90.0.1/32", "dev", "lo");
    serve(net.server(), "192.0.2.1");
    serve(other, "192.0.2.2");
  }

  @AfterAll
  static void stop() {
    SERVERS.forEach(Daemon::close);
    if (net != null) {
      net.close();
    }
  }

  @Test
  void withoutBindingTheBetterRouteIsTaken() {
    assertEquals(
        List.of("preflight fine", "answer [/192.0.2.1]", "local 10.91.1.2"), probe("direct", "-"));
  }

  @Test
  void theInterfaceIsBound() {
    assertEquals(
        List.of("preflight fine", "answer [/192.0.2.2]", "local 10.95.0.1"),
        probe("interface", "alt0"));
    assertEquals(
        List.of("preflight fine", "answer [/192.0.2.1]", "local 10.91.1.2"),
        probe("interface", "wan0"));
  }

  @Test
  void theSourceBindsItsDeviceToo() {
    assertEquals(
        List.of("preflight fine", "answer [/192.0.2.2]", "local 10.95.0.1"),
        probe("source", "10.95.0.1"));
  }

  private static List<String> probe(String kind, String argument) {
    String output =
        net.exec(
            net.client("host"),
            ProcessHandle.current().info().command().orElseThrow(),
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BoundProbe.class.getName(),
            kind,
            argument,
            "10.90.0.1");
    return output.lines().toList();
  }

  private static void serve(String namespace, String answer) {
    SERVERS.add(Dnsmasq.start(namespace, directory, "--address=/who.test/" + answer));
  }
}
