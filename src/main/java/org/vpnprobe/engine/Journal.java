package org.vpnprobe.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Analyst;
import org.vpnprobe.analysis.MeasurementList;
import org.vpnprobe.analysis.PackedMeasurements;
import org.vpnprobe.analysis.Recorded;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Plan;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run left behind: {@code results.ndjson}, the one source of every report.
 *
 * @param egresses where the vantages left for the Internet, as far as it was looked up
 * @param end null when the run was broken off
 * @param soundBytes up to here the file is whole
 * @param tornBytes what follows: a torn last line
 */
public record Journal(
    Path file,
    Plan plan,
    List<Measurement> measurements,
    List<Egress> egresses,
    @Nullable JournalEnd end,
    long soundBytes,
    long tornBytes) {

  /** A measurement takes about one kilobyte. */
  private static final int LONGEST_LINE = 1 << 20;

  /**
   * A plan takes about half a kilobyte an endpoint and a fifth of that a cell: for 100,000 and a
   * million of these with names as long as they may be.
   */
  private static final int LONGEST_PLAN = 1 << 29;

  /** One that somebody wrote in another way, which is read as a whole. */
  private static final int LONGEST_OTHER_PLAN = 1 << 26;

  public Journal {
    measurements = MeasurementList.of(measurements);
    egresses = List.copyOf(egresses);
  }

  /** What analysis reads. */
  public Recorded recorded() {
    return new Recorded(plan, measurements, finishedAt(), egresses);
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
    try (InputStream in = Files.newInputStream(file)) {
      return new Reader(file, in).read();
    }
  }

  /** Reads line by line, bounded. */
  private static final class Reader {
    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private byte[] line = new byte[1 << 12];
    private int length;
    private boolean ascii;
    private final PackedMeasurements.Builder measurements = new PackedMeasurements.Builder();
    private final List<Egress> egresses = new ArrayList<>();
    private int at;
    private int filled;
    private @Nullable Plan plan;
    private @Nullable JournalRules rules;
    private @Nullable JournalEnd end;
    private long read;
    private long sound;
    private int number;

    Reader(Path file, InputStream in) {
      this.file = file;
      this.in = in;
    }

    Journal read() throws IOException {
      if (more() && JournalFormat.isPlan(buffer, at, filled)) {
        planned();
      }
      while (line()) {
        try {
          take();
        } catch (JacksonException
            | IllegalArgumentException
            | DateTimeException
            | ArithmeticException
            | NullPointerException e) {
          if (plan != null && !more()) {
            break; // Torn, by something that left its line break.
          }
          throw unknown();
        }
        sound = read;
      }
      if (plan == null) {
        number = 1;
        throw wrong(
            read == 0
                ? "the file is empty; expected the plan of a run"
                : "expected the plan of a run");
      }
      return new Journal(file, plan, measurements.build(), egresses, end, sound, read - sound);
    }

    /** Takes in the plan as it comes; a torn one is none. */
    private void planned() throws IOException {
      number++;
      PlanLine text = new PlanLine();
      try {
        Plan found = JournalFormat.plan(text);
        if (text.isWhole()) {
          begin(found);
          sound = read;
        }
      } catch (JacksonIOException e) {
        throw e.getCause();
      } catch (JacksonException
          | IllegalArgumentException
          | DateTimeException
          | ArithmeticException
          | NullPointerException e) {
        if (text.isWhole()) {
          throw unknown();
        }
      }
    }

    private void begin(Plan found) {
      rules = new JournalRules(found);
      plan = found;
      measurements.names(found);
    }

    private void take() throws InvalidJournal {
      Optional<Measurement> written =
          rules != null && ascii ? JournalFormat.measurement(line, length) : Optional.empty();
      if (rules != null && written.isPresent()) {
        take(rules, written.get());
        return;
      }
      String text = text();
      if (rules != null && JournalFormat.isMeasurement(text)) {
        take(rules, JournalFormat.measurement(text));
        return;
      }
      ObjectNode node = JournalFormat.node(text);
      String type = JournalFormat.type(node);
      if (plan == null || rules == null) {
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
        begin(JournalFormat.plan(node));
        return;
      }
      switch (type) {
        case JournalFormat.MEASUREMENT -> take(rules, JournalFormat.measurement(node));
        case JournalFormat.EGRESS -> egresses.add(rules.checked(JournalFormat.egress(node)));
        case JournalFormat.FINISHED -> end = JournalFormat.end(node);
        case JournalFormat.PLAN -> throw wrong("a second plan: journals are given one by one");
        default -> {
          // A later version's line of another kind.
        }
      }
    }

    private void take(JournalRules checks, Measurement m) {
      measurements.add(checks.checked(m));
      end = null; // The run was gone on with.
    }

    private InvalidJournal unknown() {
      return wrong("not a line that this version of vpnprobe writes");
    }

    private InvalidJournal wrong(String what) {
      return new InvalidJournal(file + ":" + number + ": " + what);
    }

    private InvalidJournal tooLong(int longest) {
      return wrong("a line of more than " + longest + " bytes");
    }

    /** Takes in the next whole line; false at the end and for a torn last line. */
    private boolean line() throws IOException {
      int longest = plan == null ? LONGEST_OTHER_PLAN : LONGEST_LINE;
      number++;
      length = 0;
      byte signs = 0;
      while (more()) {
        int end = at;
        while (end < filled && buffer[end] != '\n') {
          signs |= buffer[end++];
        }
        if (length + (end - at) > longest) {
          throw tooLong(longest);
        }
        if (length + (end - at) > line.length) {
          line = Arrays.copyOf(line, Math.max(length + (end - at), 2 * line.length));
        }
        System.arraycopy(buffer, at, line, length, end - at);
        length += end - at;
        boolean whole = end < filled;
        read += end - at + (whole ? 1 : 0);
        at = whole ? end + 1 : end;
        if (whole) {
          ascii = signs >= 0;
          return true;
        }
      }
      return false;
    }

    /** The line as text; what was made for a plan is given back. */
    private String text() {
      String text = new String(line, 0, length, StandardCharsets.UTF_8);
      if (line.length > LONGEST_LINE) {
        line = new byte[1 << 12];
      }
      return text;
    }

    /** True when there is a byte to read. */
    private boolean more() throws IOException {
      while (at == filled) {
        filled = Math.max(0, in.read(buffer));
        at = 0;
        if (filled == 0) {
          return false;
        }
      }
      return true;
    }

    /** The first line, bounded, as a stream that ends with it. */
    private final class PlanLine extends InputStream {
      private long taken;
      private boolean ended;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int most) throws IOException {
        if (ended || !more()) {
          return -1;
        }
        int last = Math.min(filled, at + most);
        int end = at;
        while (end < last && buffer[end] != '\n') {
          end++;
        }
        int count = end - at;
        System.arraycopy(buffer, at, into, from, count);
        taken += count;
        if (taken > LONGEST_PLAN) {
          throw tooLong(LONGEST_PLAN);
        }
        ended = end < filled && buffer[end] == '\n';
        at = ended ? end + 1 : end;
        read += count + (ended ? 1 : 0);
        return ended && count == 0 ? -1 : count;
      }

      /** Reads what is left of it; true when it ends with a line break and not with the file. */
      boolean isWhole() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        return ended;
      }
    }
  }
}
