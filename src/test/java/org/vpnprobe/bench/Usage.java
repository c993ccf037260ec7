package org.vpnprobe.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process used, from {@code /proc}, asked for every 20 ms while it ran.
 *
 * @param cpu of user and system; what a process used in its last moments may be missing
 * @param resident the most memory that was resident (VmHWM), kibibytes
 * @param files the most file descriptors at once
 */
record Usage(int exit, Duration wall, Duration cpu, long resident, int files) {
  private static final Duration EVERY = Duration.ofMillis(20);

  /**
   * Runs vpnprobe in a Java of its own, with the class path of this one.
   *
   * @param options of Java first, those that begin with {@code -X}; then what vpnprobe gets
   */
  static Usage of(Path folder, String... options) throws IOException, InterruptedException {
    return of(vpnprobe(options), folder);
  }

  /** The command line of it. */
  static List<String> vpnprobe(String... options) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "--add-exports",
            "java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED"));
    Stream.of(options).filter(option -> option.startsWith("-X")).forEach(words::add);
    words.addAll(List.of("-cp", ManagementFactory.getRuntimeMXBean().getClassPath()));
    words.add("org.vpnprobe.cli.Main");
    Stream.of(options).filter(option -> !option.startsWith("-X")).forEach(words::add);
    return words;
  }

  /** Runs a command to its end; what it says goes to {@code out} and {@code err} in the folder. */
  static Usage of(List<String> command, Path folder) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    Duration cpu = Duration.ZERO;
    long resident = 0;
    int files = 0;
    while (!process.waitFor(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      cpu = longer(cpu, process.info().totalCpuDuration().orElse(Duration.ZERO));
      resident = Math.max(resident, resident(process.pid()));
      files = Math.max(files, files(process.pid()));
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - begin);
    return new Usage(process.exitValue(), wall, cpu, resident, files);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** The most that was resident so far, kibibytes; 0 for a process that is gone. */
  static long resident(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0;
    }
  }

  /** How many file descriptors it has open now. */
  static int files(long pid) {
    String[] names = Path.of("/proc/" + pid + "/fd").toFile().list();
    return names == null ? 0 : names.length;
  }

  /** Deletes a folder and what is in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "exit %d, %.1f s, %.1f s of CPU, %d MiB resident, %d files",
        exit,
        wall.toMillis() / 1e3,
        cpu.toMillis() / 1e3,
        resident >> 10,
        files);
  }
}
