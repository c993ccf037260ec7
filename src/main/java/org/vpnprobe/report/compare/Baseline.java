package org.vpnprobe.report.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.compare.Agreement;
import org.vpnprobe.analysis.compare.Snapshot;
import org.vpnprobe.analysis.compare.Waiting;
import org.vpnprobe.engine.PidLock;
import org.vpnprobe.model.Report;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The report that runs are held against, and beside it ({@code NAME.pending.json}) the differences
 * that not enough runs agree on yet. Both are written whole or not at all, readable by their owner
 * alone; runs that overlap wait for each other.
 *
 * @param file a {@code report.json}, a journal, or a baseline that this class wrote
 */
public record Baseline(Path file) {
  /** Comparing takes milliseconds: whoever holds the lock for so long is stuck. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** The baseline at this place, which may be the folder of a run. */
  public static Baseline at(Path path) throws IOException {
    return new Baseline(ReportFile.in(path));
  }

  /** True when there is one. */
  public boolean exists() {
    return Files.exists(file);
  }

  /** Reads it. */
  public Snapshot read() throws IOException {
    return ReportFile.read(file);
  }

  /**
   * How a run is held against it.
   *
   * @param confirmations how many runs have to agree on a change
   * @param update what is told becomes the new baseline; without one, the run does
   * @param partial only some of the cells were asked for
   */
  public record Terms(int confirmations, boolean update, boolean partial) {}

  /**
   * Holds a run against the baseline, and keeps what the next run has to know.
   *
   * @param tell is given what was found before anything is kept: who is killed in between tells
   *     twice, and not never
   * @return null when there was no baseline and the run became it
   */
  public @Nullable Agreement compare(Snapshot run, Terms terms, Consumer<Agreement> tell)
      throws IOException {
    if (terms.confirmations() == 1 && !terms.update()) {
      Agreement agreement = Agreement.of(read(), List.of(), run, 1, terms.partial());
      tell.accept(agreement);
      return agreement;
    }
    try (PidLock _ = PidLock.await(beside(".lock"), PATIENCE)) {
      if (terms.update() && !exists()) {
        write(file, run);
        Files.deleteIfExists(pending());
        return null;
      }
      List<Waiting> earlier = Files.exists(pending()) ? waiting() : List.of();
      Agreement agreement =
          Agreement.of(read(), earlier, run, terms.confirmations(), terms.partial());
      tell.accept(agreement);
      if (terms.update()) {
        write(file, agreement.accepted());
      }
      List<Waiting> next = terms.update() ? agreement.open() : agreement.waiting();
      if (next.isEmpty()) {
        Files.deleteIfExists(pending());
      } else if (!next.equals(earlier)) {
        writeWaiting(next);
      }
      return agreement;
    }
  }

  /** Where differences wait for runs that agree. */
  public Path pending() {
    return beside(".pending.json");
  }

  private Path beside(String ending) {
    String name = String.valueOf(file.getFileName());
    String stem = name.replaceFirst("\\.(json|ndjson)$", "");
    return file.resolveSibling(ending.equals(".lock") ? "." + name + ending : stem + ending);
  }

  private void write(Path to, Snapshot snapshot) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schema_version", Report.SCHEMA_VERSION);
    root.put("run_id", snapshot.runId());
    root.put("started_at", snapshot.startedAt().toString());
    root.put("finished_at", snapshot.finishedAt().toString());
    root.putObject("tool").put("name", "vpnprobe").put("version", snapshot.toolVersion());
    root.put("profile", snapshot.profile().id());
    root.put("rehearsal", snapshot.rehearsal());
    ArrayNode cells = root.putArray("cells");
    snapshot.cells().values().forEach(seen -> SeenJson.write(seen, cells.addObject()));
    save(to, root);
  }

  private void writeWaiting(List<Waiting> waiting) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schema_version", Report.SCHEMA_VERSION);
    ArrayNode list = root.putArray("waiting");
    for (Waiting each : waiting) {
      ObjectNode node = list.addObject();
      node.put("cell", each.cell());
      node.put("runs", each.runs());
      node.put("since", each.since().toString());
      node.put("last_run", each.lastRun());
      if (each.after() == null) {
        node.putNull("after");
      } else {
        SeenJson.write(each.after(), node.putObject("after"));
      }
    }
    save(pending(), root);
  }

  private static void save(Path to, ObjectNode root) throws IOException {
    Path folder = to.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(to + ": is no file");
    }
    // On POSIX systems these are made for their owner alone.
    Path temporary = Files.createTempFile(folder, "." + to.getFileName(), ".tmp");
    try {
      String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          temporary, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (JacksonException e) {
      throw new IOException(to + ": cannot be written as JSON", e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private List<Waiting> waiting() throws IOException {
    List<Waiting> waiting = new ArrayList<>();
    Set<String> cells = new HashSet<>();
    try (StrictJson json = StrictJson.open(pending())) {
      WaitingJson entry = new WaitingJson(json);
      boolean[] listed = new boolean[1];
      json.document(key -> {
        switch (key) {
          case "schema_version" -> {
            if (json.count() != Report.SCHEMA_VERSION) {
              throw json.wrong("of another version of vpnprobe; delete it to begin anew");
            }
          }
          case "waiting" -> {
            listed[0] = true;
            json.objects(
                () -> {
                  Waiting made = entry.made();
                  if (!cells.add(made.cell())) {
                    throw json.wrong("the same cell twice");
                  }
                  waiting.add(made);
                },
                entry::take);
          }
          default -> {
            return false;
          }
        }
        return true;
      });
      json.present(listed[0] ? waiting : null, "waiting");
    }
    return waiting;
  }
}
