package org.vpnprobe.engine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run left behind: {@code results.ndjson}, the one source of every report.
 *
 * @param end null when the run was broken off
 * @param soundBytes up to here the file is whole; what follows is a torn last line
 */
public record Journal(
    Path file,
    Plan plan,
    List<Measurement> measurements,
    @Nullable JournalEnd end,
    long soundBytes) {

  /** A measurement takes about one kilobyte. */
  private static final int LONGEST_LINE = 1 << 20;

  /** A plan takes about half a kilobyte an endpoint and a fifth of that a cell. */
  private static final int LONGEST_PLAN = 1 << 26;

  public Journal {
    measurements = List.copyOf(measurements);
  }

  /** What analysis reads. */
  public Recorded recorded() {
    return new Recorded(plan, measurements, finishedAt());
  }

  /** When the run ended, or when its last measurement did. */
  public Instant finishedAt() {
    return end == null ? Analyst.finishedAt(plan, measurements) : end.finishedAt();
  }

  /** True when there is nothing to go on with. */
  public boolean isFinished() {
    return end != null && end.ending() == Run.Ending.FINISHED;
  }

  /**
   * Reads a journal. A torn last line is left out; anything else that is wrong is an error.
   *
   * @throws InvalidJournal with file, line and what was expected
   */
  public static Journal read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return new Reader(file, in).read();
    }
  }

  /** Reads line by line, bounded. */
  private static final class Reader {
    private final Path file;
    private final InputStream in;
    private final List<Measurement> measurements = new ArrayList<>();
    private @Nullable Plan plan;
    private @Nullable JournalEnd end;
    private long sound;
    private int number;

    Reader(Path file, InputStream in) {
      this.file = file;
      this.in = in;
    }

    Journal read() throws IOException {
      Optional<String> line = line();
      while (line.isPresent()) {
        Optional<String> following = Optional.empty();
        try {
          take(line.get());
          sound += line.get().getBytes(StandardCharsets.UTF_8).length + 1L;
          following = line();
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
          following = line();
          if (plan == null || following.isPresent()) {
            throw wrong("not a line that this version of vpnprobe writes");
          }
        }
        line = following;
      }
      if (plan == null) {
        number = 1;
        throw wrong("expected the plan of a run");
      }
      return new Journal(file, plan, measurements, end, sound);
    }

    private void take(String line) throws InvalidJournal {
      ObjectNode node = JournalFormat.node(line);
      String type = JournalFormat.type(node);
      if (plan == null) {
        if (!type.equals(JournalFormat.PLAN)) {
          throw wrong("expected the plan of a run");
        }
        int version = node.path("schema_version").asInt(0);
        if (version != Plan.SCHEMA_VERSION) {
          throw wrong(
              "schema version "
                  + version
                  + ", expected "
                  + Plan.SCHEMA_VERSION
                  + "; read it with the vpnprobe that wrote it");
        }
        plan = JournalFormat.plan(node);
        return;
      }
      switch (type) {
        case JournalFormat.MEASUREMENT -> measurements.add(JournalFormat.measurement(node));
        case JournalFormat.FINISHED -> end = JournalFormat.end(node);
        case JournalFormat.PLAN -> throw wrong("a second plan: journals are given one by one");
        default -> {
          // A later version's line of another kind.
        }
      }
    }

    private InvalidJournal wrong(String what) {
      return new InvalidJournal(file + ":" + number + ": " + what);
    }

    /** The next whole line; empty at the end and for a torn last line. */
    private Optional<String> line() throws IOException {
      int longest = plan == null ? LONGEST_PLAN : LONGEST_LINE;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
      number++;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          return Optional.of(bytes.toString(StandardCharsets.UTF_8));
        }
        if (bytes.size() == longest) {
          throw wrong("a line of more than " + longest + " bytes");
        }
        bytes.write(b);
      }
      return Optional.empty();
    }
  }
}
