package org.vpnprobe.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server process started by a test, its log in a file; closing it ends it and its children by
 * pid.
 */
public final class Daemon implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> kill(process)));
  }

  /**
   * Starts a command.
   *
   * @param namespace where it runs, null for this host's own
   * @param directory its working directory, where the log is kept too
   */
  public static Daemon start(@Nullable String namespace, Path directory, String... command) {
    return start(namespace, directory, Map.of(), command);
  }

  static Daemon start(
      @Nullable String namespace,
      Path directory,
      Map<String, String> environment,
      String... command) {
    List<String> words = new ArrayList<>();
    if (namespace != null) {
      words.addAll(List.of("ip", "netns", "exec", namespace));
    }
    words.addAll(List.of(command));
    try {
      Path log =
          Files.createTempFile(directory, Path.of(command[0]).getFileName().toString(), ".log");
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new Daemon(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until the log holds a match; fails with the log when the process ends or time runs out.
   */
  Daemon awaitLog(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return await(() -> pattern.matcher(log()).find(), "log line matching " + regex);
  }

  /** Waits until the condition holds. */
  public Daemon await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new AssertionError(
            "ended with " + process.exitValue() + " before " + what + ":\n" + log());
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + " within " + PATIENCE + ":\n" + log());
      }
      pause();
    }
    return this;
  }

  String log() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    kill(process);
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
