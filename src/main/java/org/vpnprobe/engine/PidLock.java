package org.vpnprobe.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A lock between processes: a file that one of them holds, with its process id inside for whoever
 * finds it taken. The system gives it back when the process ends, however it ends; the file stays.
 */
public final class PidLock implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int LONGEST_PID = 20;

  private final FileChannel channel;

  private PidLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock at once.
   *
   * @return empty when another process, or another part of this one, holds it
   */
  public static Optional<PidLock> tryTake(Path file) throws IOException {
    FileChannel channel = open(file);
    try {
      if (channel.tryLock() != null) {
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
            0);
        return Optional.of(new PidLock(channel));
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  /**
   * Takes the lock, waiting for it.
   *
   * @throws IOException when it is not free in time; says who holds it
   */
  public static PidLock await(Path file, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<PidLock> lock = tryTake(file);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException(file + ": held by " + holder(file));
      }
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(file + ": interrupted while waiting for " + holder(file), e);
      }
    }
  }

  /** Who holds it, for a sentence: {@code process 4711}, as far as the file tells. */
  public static String holder(Path file) {
    try (var in = Files.newInputStream(file)) {
      String pid = new String(in.readNBytes(LONGEST_PID), StandardCharsets.US_ASCII).strip();
      return pid.matches("\\d+") ? "process " + pid : "another process";
    } catch (IOException e) {
      return "another process";
    }
  }

  private static FileChannel open(Path file) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
        : FileChannel.open(file, options);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
