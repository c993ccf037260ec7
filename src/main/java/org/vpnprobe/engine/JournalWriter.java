package org.vpnprobe.engine;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;

/**
 * Writes a journal as the run goes: each line in one write, so that a reader, or the next run after
 * a crash, sees whole lines and at most one torn at the end. Holds a lock on the file: two runs
 * cannot share one.
 */
public final class JournalWriter implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private long sound;
  private boolean broken;

  private JournalWriter(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.sound = channel.position();
  }

  /**
   * Begins a new journal with its plan. Addresses are in it: readable by its owner alone. It comes
   * to its name with its plan whole, so that a journal that is there can always be gone on with.
   *
   * @throws FileAlreadyExistsException when there is one already
   */
  public static JournalWriter begin(Path file, Plan plan) throws IOException {
    Path begun = unnamed(file);
    try {
      JournalWriter writer = new JournalWriter(file, locked(begun, file));
      try {
        writer.append(plan);
        if (Files.exists(file)) {
          throw new FileAlreadyExistsException(file.toString());
        }
        Files.move(begun, file);
        return writer;
      } catch (IOException | RuntimeException e) {
        writer.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(begun);
      throw e;
    }
  }

  /** A new file beside it; on POSIX systems these are made for their owner alone. */
  private static Path unnamed(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + ": is no file");
    }
    return Files.createTempFile(folder, "." + file.getFileName() + ".", ".new");
  }

  /**
   * Goes on with a journal that was broken off; cuts a torn last line.
   *
   * @throws IOException also when somebody wrote to it since it was read
   */
  public static JournalWriter resume(Journal journal) throws IOException {
    FileChannel channel = locked(journal.file(), journal.file());
    try {
      if (channel.size() != journal.soundBytes() + journal.tornBytes()) {
        throw new IOException(journal.file() + ": another run is writing to it");
      }
      channel.truncate(journal.soundBytes());
      channel.position(journal.soundBytes());
      return new JournalWriter(journal.file(), channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** True while a run writes to this journal. */
  public static boolean isUnderWay(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  private static FileChannel locked(Path file, Path shown) throws IOException {
    FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.READ));
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Said below.
    }
    channel.close();
    throw new IOException(shown + ": another run is writing to it");
  }

  /** Adds a measurement; it is the system's when this returns. */
  public void write(Measurement m) throws IOException {
    write(JournalFormat.line(JournalFormat.MEASUREMENT, m));
  }

  /** Adds where a vantage leaves for the Internet. */
  public void write(Egress egress) throws IOException {
    write(JournalFormat.line(JournalFormat.EGRESS, egress));
  }

  /** Adds the last line and makes everything durable. */
  public void finish(Instant at, Run.Ending ending) throws IOException {
    write(JournalFormat.line(JournalFormat.FINISHED, new JournalEnd(at, ending)));
    channel.force(true);
  }

  /** After a line that could not be written none follows: it would be glued to a torn one. */
  private void write(String line) throws IOException {
    if (broken) {
      throw new IOException(file + ": an earlier line could not be written");
    }
    try {
      append(line);
    } catch (IOException e) {
      broken = true;
      cut();
      throw new IOException(
          file
              + ": cannot be written: "
              + e.getMessage()
              + "; what was measured before is kept, go on with --resume once it can be",
          e);
    }
  }

  /** What is left of a line that was written in part; a reader passes over it all the same. */
  private void cut() {
    try {
      channel.truncate(sound);
    } catch (IOException e) {
      // It stays torn.
    }
  }

  private void append(Plan plan) throws IOException {
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    JournalFormat.write(plan, out);
    out.write('\n');
    out.flush();
    sound = channel.position();
  }

  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    sound = channel.position();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
