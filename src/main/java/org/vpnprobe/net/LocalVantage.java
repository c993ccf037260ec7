package org.vpnprobe.net;

import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** A place on this host itself. */
final class LocalVantage implements Vantage {
  private final Exit exit;
  private final NameService names;
  private final PathFacts facts;
  private final ScheduledThreadPoolExecutor timer;

  LocalVantage(Exit exit, NameService names, String name) {
    this.exit = exit;
    this.names = names;
    this.facts = new PathFacts(exit.kind(), true, true, true, names.label());
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("deadline-" + name).factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public PathFacts facts() {
    return facts;
  }

  @Override
  public LocalPath path(Trace trace) {
    return new LocalPath(facts, exit, names, trace, timer);
  }

  @Override
  public Optional<String> preflight() {
    return exit.preflight();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
