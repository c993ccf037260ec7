package org.vpnprobe.cli;

import java.time.Duration;
import org.vpnprobe.engine.Progress;

/** One line on the error stream that is written over, on a terminal alone. */
final class ProgressLine implements Progress {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final String ERASE = "\r\u001b[K";

  private final Streams streams;
  private Duration last = EVERY.negated();
  private boolean shown;

  ProgressLine(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void update(State state) {
    if (!streams.terminal().err() || state.elapsed().minus(last).compareTo(EVERY) < 0) {
      return;
    }
    last = state.elapsed();
    shown = true;
    String text =
        Spans.text(state.elapsed())
            + "  screened "
            + state.screened()
            + "/"
            + state.cells()
            + (state.suspects() == 0 ? "" : "  examining " + state.suspects())
            + "  "
            + state.trials()
            + " trials, "
            + state.underWay()
            + " under way";
    int room = Math.max(1, streams.terminal().width() - 1);
    streams.err().print(ERASE + (text.length() > room ? text.substring(0, room) : text));
    streams.err().flush();
  }

  /** Takes the line away. */
  void clear() {
    if (shown) {
      streams.err().print(ERASE);
      streams.err().flush();
    }
  }
}
