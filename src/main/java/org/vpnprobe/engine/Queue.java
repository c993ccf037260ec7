package org.vpnprobe.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Jobs that wait for their server, their key or their turn. Used by the run's thread alone. */
final class Queue {
  private final Map<String, Deque<Job>> urgent = new LinkedHashMap<>();
  private final Map<String, Deque<Job>> ordinary = new LinkedHashMap<>();

  void add(Job job) {
    (job.urgent() ? urgent : ordinary)
        .computeIfAbsent(job.use().server(), s -> new ArrayDeque<>())
        .add(job);
  }

  boolean isEmpty() {
    return urgent.isEmpty() && ordinary.isEmpty();
  }

  /** Takes the next job that the caps permit now. */
  Optional<Job> take(Caps caps, Duration now) {
    return take(urgent, caps, now).or(() -> take(ordinary, caps, now));
  }

  private static Optional<Job> take(Map<String, Deque<Job>> queues, Caps caps, Duration now) {
    if (caps.full()) {
      return Optional.empty();
    }
    for (Iterator<Deque<Job>> each = queues.values().iterator(); each.hasNext(); ) {
      Deque<Job> jobs = each.next();
      Job job = jobs.element();
      if (caps.permits(job.use(), now)) {
        jobs.remove();
        if (jobs.isEmpty()) {
          each.remove();
        }
        return Optional.of(job);
      }
    }
    return Optional.empty();
  }
}
