package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.function.UnaryOperator;
import org.vpnprobe.analysis.compare.Agreement;
import org.vpnprobe.report.Printable;

/**
 * What a run says. With {@code --quiet} all talk is held back until there is something to tell: a
 * run whose exit code is zero prints nothing at all, so that cron mails nothing; any other says
 * why.
 */
final class Hush implements BaselineOptions.Teller {
  private final Streams streams;
  private final boolean quiet;
  private final StringWriter held = new StringWriter();
  private final Streams hushed;
  private UnaryOperator<String> shown = UnaryOperator.identity();
  private boolean loud;

  Hush(Streams streams, boolean quiet) {
    this.streams = streams;
    this.quiet = quiet;
    this.hushed =
        new Streams(
            new PrintWriter(Writer.nullWriter()),
            new PrintWriter(held),
            new Terminal(false, false, streams.terminal().width(), false));
  }

  /** Where the report and the progress of the run are printed. */
  Streams report() {
    return quiet ? hushed : streams;
  }

  /** Where it talks. */
  Streams talk() {
    return quiet && !loud ? hushed : streams;
  }

  /** How the names in changes are shown. */
  void show(UnaryOperator<String> names) {
    shown = names;
  }

  /** There is something to tell: says what was held back, and from now on everything. */
  Streams loud() {
    if (quiet && !loud) {
      hushed.err().flush();
      streams.err().print(held);
      streams.err().flush();
    }
    loud = true;
    return streams;
  }

  /**
   * {@inheritDoc}
   *
   * <p>When nothing else is printed they are the data, and go to standard output.
   */
  @Override
  public void changes(Agreement agreement) {
    if (agreement.told().isEmpty()) {
      return;
    }
    Streams all = loud();
    all.out().flush();
    boolean colour = streams.terminal().colour();
    PrintWriter to = quiet ? all.out() : all.err();
    to.print(shown.apply(ChangeText.of(agreement.told(), agreement.since(), colour)));
    to.flush();
  }

  @Override
  public void hint(String line) {
    talk().say(Printable.of(shown.apply(line)));
  }

  @Override
  public void reason(String line) {
    loud().say(Printable.of(shown.apply(line)));
  }
}
