package org.vpnprobe.bench;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How long the image takes to say its version, to check a file, and until the first connection of a
 * run with one endpoint arrives, and the CPU time of each, which a busy machine changes less.
 * Arguments: the image's command (default {@code target/vpnprobe/bin/vpnprobe}), and how often
 * (default 10). The median and the extremes count: the first start reads the image from disk.
 */
public final class Startup {
  private Startup() {}

  /** Runs them all. */
  public static void main(String[] args) throws Exception {
    String image = args.length > 0 ? args[0] : "target/vpnprobe/bin/vpnprobe";
    int times = args.length > 1 ? Integer.parseInt(args[1]) : 10;
    Path folder = Files.createTempDirectory("vpnprobe-bench");
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Path file = folder.resolve("probes.yaml");
      Files.writeString(
          file,
          """
          version: 1
          endpoints:
            - {name: one, protocol: tcp, address: "127.0.0.1:%d"}
          """
              .formatted(server.getLocalPort()));
      print("--version", folder, times, () -> exit(folder, image, "--version"));
      print("check", folder, times, () -> exit(folder, image, "check", file.toString()));
      List<Long> exits = new ArrayList<>();
      print(
          "run, to the first connection",
          folder,
          times,
          () -> {
            long begin = System.nanoTime();
            Process run =
                start(
                    folder,
                    image,
                    "run",
                    "--quick",
                    file.toString(),
                    "--out",
                    folder.resolve("run" + exits.size()).toString());
            long arrived;
            try (Socket accepted = server.accept()) {
              arrived = System.nanoTime() - begin;
              run.waitFor();
            }
            exits.add(System.nanoTime() - begin);
            return arrived;
          });
      print("run, to the exit", exits);
    } finally {
      Usage.delete(folder);
    }
  }

  private interface Timed {
    long nanos() throws Exception;
  }

  private static void print(String what, Path folder, int times, Timed timed) throws Exception {
    List<Long> all = new ArrayList<>();
    List<Long> cpu = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.add(timed.nanos());
      long used = 0;
      for (String seconds : Files.readString(folder.resolve("cpu.txt")).strip().split(" ")) {
        used += Math.round(1e9 * Double.parseDouble(seconds));
      }
      cpu.add(used);
    }
    print(what, all);
    print("  of CPU", cpu);
  }

  private static void print(String what, List<Long> all) {
    List<Long> sorted = new ArrayList<>(all);
    Collections.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-30s median %4.0f ms, %4.0f to %4.0f%n",
        what,
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.getFirst() / 1e6,
        sorted.getLast() / 1e6);
  }

  /** Bash says what user and system time a command took, in seconds. */
  private static Process start(Path folder, String... command) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "TIMEFORMAT='%U %S'; { time \"$@\" >\"$0/said.txt\" 2>&1; } 2>\"$0/cpu.txt\"",
                folder.toString()));
    words.addAll(List.of(command));
    return new ProcessBuilder(words)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static long exit(Path folder, String... command) throws Exception {
    long begin = System.nanoTime();
    int exit = start(folder, command).waitFor();
    long end = System.nanoTime();
    if (exit != 0) {
      throw new IllegalStateException(Files.readString(folder.resolve("said.txt")));
    }
    return end - begin;
  }
}
