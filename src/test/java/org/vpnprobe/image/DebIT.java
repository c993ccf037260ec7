package org.vpnprobe.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packages on a machine that has nothing of ours: the smallest Debian, in a folder. */
@Timeout(600)
class DebIT {
  private static final String PROBES =
      """
      version: 1
      lab: {pace: 20}
      carriers: {mobile: {via: lab}}
      controls: {clear: {via: lab}}
      endpoints:
        - name: tokyo
          protocol: wireguard
          address: tokyo.example.net:51820
          public_key: ${lab:wireguard_public_key}
          private_key: ${lab:wireguard_client_1_private_key}
        - {name: web, protocol: tcp, address: "198.51.100.2:443"}
      """;

  @TempDir private static Path folder = Path.of("");
  private static CleanRoot base;

  @BeforeAll
  static void makeRoot() throws Exception {
    CleanRoot.needs("debootstrap", "chroot", "dpkg", "systemd-analyze");
    base = CleanRoot.bootstrapped(folder.resolve("base"));
  }

  @AfterAll
  static void deleteRoot() throws Exception {
    if (base != null) {
      base.close();
    }
  }

  private static Path built(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(pattern))
          .findFirst()
          .orElseThrow(() -> new AssertionError("the build made no " + pattern));
    }
  }

  private static void install(CleanRoot root) throws Exception {
    Files.copy(built("vpnprobe_.*\\.deb"), root.path("/tmp/vpnprobe.deb"));
    root.run("dpkg -i /tmp/vpnprobe.deb").ok();
    Files.delete(root.path("/tmp/vpnprobe.deb"));
  }

  private static String facts(CleanRoot root, String path) throws Exception {
    return root.run("stat -c '%A %U:%G' " + path).ok().said().strip();
  }

  @Test
  void thePackageIsInstalledRunsAndIsPurged() throws Exception {
    try (CleanRoot root = base.copy(folder.resolve("deb"))) {
      install(root);
      assertEquals("drwxr-x--- root:vpnprobe", facts(root, "/etc/vpnprobe"));
      assertEquals("drwx------ vpnprobe:vpnprobe", facts(root, "/var/lib/vpnprobe"));
      assertEquals("-rwxr-xr-x root:root", facts(root, "/usr/lib/vpnprobe/bin/vpnprobe"));
      assertTrue(
          root.run("getent passwd vpnprobe").ok().said().strip().endsWith("/usr/sbin/nologin"));
      for (String file : List.of("copyright", "changelog.gz", "NOTICE", "vpnprobe.cdx.json")) {
        assertTrue(Files.size(root.path("/usr/share/doc/vpnprobe/" + file)) > 100, file);
      }
      root.run("gzip -t /usr/share/doc/vpnprobe/changelog.gz").ok();
      assertEquals("", root.run("find /usr/lib/vpnprobe -perm /022").ok().said());
      assertEquals("", root.run("dpkg --verify vpnprobe").ok().said());

      // The build's folder is not seen from here, and the start-up cache has to fit all the same.
      String version = root.run("VPNPROBE_JAVA_OPTS=-XX:AOTMode=on vpnprobe --version").ok().said();
      assertTrue(version.matches("vpnprobe \\d+\\.\\d+\\.\\d+.*\n"), version);
      timer(root);
      interfaceWithoutCapability(root);

      units(root);
      CleanRoot.Result purged = root.run("dpkg --purge vpnprobe").ok();
      assertTrue(purged.said().contains("/etc/vpnprobe is not empty and stays"), purged.said());
      assertTrue(Files.exists(root.path("/etc/vpnprobe/probes.yaml")), "the administrator's own");
      assertFalse(Files.exists(root.path("/var/lib/vpnprobe")), "addresses");
      assertFalse(Files.exists(root.path("/usr/lib/vpnprobe")));
      assertFalse(Files.isSymbolicLink(root.path("/usr/bin/vpnprobe")));
      withAdduser(root);
    }
  }

  /** With the targets that systemd brings along: the root has no systemd of its own. */
  private static void units(CleanRoot root) throws Exception {
    String units = "/usr/lib/systemd/system/";
    Path targets = Files.createDirectories(root.path("/etc/systemd/system"));
    CleanRoot.outside(
            "sh", "-c", "cp /lib/systemd/system/*.target /lib/systemd/system/*.slice " + targets)
        .ok();
    CleanRoot.Result verified =
        CleanRoot.outside(
            "systemd-analyze",
            "verify",
            "--man=no",
            "--root=" + root.path("/"),
            units + "vpnprobe.service",
            units + "vpnprobe.timer",
            units + "vpnprobe-every.service");
    assertEquals("", verified.ok().said(), "not even an unknown key");
  }

  /** The command of the timer's unit, by its user. */
  private static void timer(CleanRoot root) throws Exception {
    Files.writeString(root.path("/etc/vpnprobe/probes.yaml"), PROBES);
    root.run("chown root:vpnprobe /etc/vpnprobe/* && chmod 0640 /etc/vpnprobe/*").ok();
    String unit =
        Files.readString(root.path("/usr/lib/systemd/system/vpnprobe.service"))
            .replace("\\\n", " ");
    assertTrue(unit.contains("\nUser=vpnprobe\n"), unit);
    assertTrue(unit.contains("\nCapabilityBoundingSet=\n"), unit);
    String command =
        unit.lines().filter(line -> line.startsWith("ExecStart=")).findFirst().orElseThrow();
    command = command.substring("ExecStart=".length()) + " --quick";
    assertEquals("", root.as("vpnprobe:vpnprobe", command).ok().said(), "nothing changed");
    assertEquals("", root.as("vpnprobe:vpnprobe", command).ok().said());
    String runs = root.run("ls /var/lib/vpnprobe/runs | grep -c ^2").ok().said();
    assertEquals("2", runs.strip());
    assertTrue(Files.size(root.path("/var/lib/vpnprobe/baseline.json")) > 100);
    assertTrue(root.as("nobody:nogroup", "ls /var/lib/vpnprobe").exit() != 0, "its own alone");
  }

  /** Since Linux 5.7 everybody may bind a socket to a device: the units need no CAP_NET_RAW. */
  private static void interfaceWithoutCapability(CleanRoot root) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Files.writeString(
          root.path("/tmp/lo.yaml"),
          """
          version: 1
          carriers: {here: {via: {interface: lo}}}
          endpoints: [{name: a, protocol: tcp, address: "127.0.0.1:%d"}]
          """
              .formatted(server.getLocalPort()));
      CleanRoot.Result run =
          root.as(
              "vpnprobe:vpnprobe",
              "vpnprobe run /tmp/lo.yaml --quick --format tsv --out /var/lib/vpnprobe/lo");
      assertTrue(run.ok().said().contains("\treachable"), run.said());
    }
  }

  /** Where systemd's program for it is missing, adduser makes the user. */
  private static void withAdduser(CleanRoot root) throws Exception {
    root.run("userdel vpnprobe; ! getent passwd vpnprobe").ok();
    root.run("mv $(command -v systemd-sysusers) /tmp/").ok();
    install(root);
    assertTrue(root.run("id vpnprobe").ok().said().contains("gid="));
    assertEquals("drwx------ vpnprobe:vpnprobe", facts(root, "/var/lib/vpnprobe"));
    root.run("rm /etc/vpnprobe/probes.yaml && dpkg --purge vpnprobe").ok();
    assertFalse(Files.exists(root.path("/etc/vpnprobe")));
  }

  /** No engine is here: what the Dockerfile says is done by hand, as an engine does it. */
  @Test
  void theStepsOfTheDockerfileMakeAContainerThatRuns() throws Exception {
    Dockerfile file =
        Dockerfile.read(Path.of("src/main/packaging/docker/Dockerfile"), architecture());
    assertTrue(file.base().matches("debian:\\d+-slim"), file.base());
    assertTrue(file.user().matches("[1-9]\\d*:[1-9]\\d*"), "a number, not root: " + file.user());
    try (CleanRoot root = base.copy(folder.resolve("docker"))) {
      for (Dockerfile.Add add : file.added()) {
        assertTrue(Files.exists(Path.of(add.source())), add.source() + " is not there");
        CleanRoot.outside("tar", "-xzf", add.source(), "-C", root.path(add.target()).toString())
            .ok();
      }
      for (String run : file.run()) {
        root.run(run).ok();
      }
      Files.writeString(root.path("/etc/vpnprobe/probes.yaml"), PROBES);
      String entry = String.join(" ", file.entrypoint());
      assertTrue(root.as(file.user(), entry + " --version").ok().said().startsWith("vpnprobe "));
      String command = entry + " " + String.join(" ", file.command()) + " --quick";
      CleanRoot.Result run = root.as(file.user(), "cd " + file.workdir() + " && " + command).ok();
      assertTrue(run.said().contains("reachable"), run.said());
      assertTrue(Files.isDirectory(root.path("/var/lib/vpnprobe/runs")));
    }
  }

  private static String architecture() throws Exception {
    return CleanRoot.outside("dpkg", "--print-architecture").ok().said().strip();
  }
}
