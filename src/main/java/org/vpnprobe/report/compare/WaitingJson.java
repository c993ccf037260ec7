package org.vpnprobe.report.compare;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.compare.Seen;
import org.vpnprobe.analysis.compare.Waiting;

/** One difference that waits for runs that agree. */
final class WaitingJson {
  private final StrictJson json;
  private final SeenJson cells;
  private @Nullable String cell;
  private @Nullable Integer runs;
  private @Nullable Instant since;
  private @Nullable String lastRun;
  private @Nullable Seen after;

  WaitingJson(StrictJson json) {
    this.json = json;
    this.cells = new SeenJson(json);
  }

  boolean take(String key) throws InvalidReport {
    switch (key) {
      case "cell" -> cell = json.text();
      case "runs" -> runs = json.count();
      case "since" -> since = json.time();
      case "last_run" -> lastRun = json.text();
      case "after" -> after = json.objectOrNull(cells::take) ? cells.made() : null;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The difference whose keys were taken; ready for the next one. */
  Waiting made() throws InvalidReport {
    try {
      return new Waiting(
          json.present(cell, "cell"),
          after,
          json.present(runs, "runs"),
          json.present(since, "since"),
          json.present(lastRun, "last_run"));
    } catch (IllegalArgumentException e) {
      throw json.wrong(String.valueOf(e.getMessage()));
    } finally {
      cell = null;
      runs = null;
      since = null;
      lastRun = null;
      after = null;
    }
  }
}
