package org.vpnprobe.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Jobs that wait for their server, their key or their turn. Used by the run's thread alone.
 *
 * <p>They stand in the order they came in, kept apart by what may stand against many of them at
 * once: a line that has to wait, or a key that is in use, is asked about once and not once a job.
 * With 100,000 jobs on a line that starts 200 a second, asking each would be most of the work.
 */
final class Queue {
  private final Shelf urgent = new Shelf();
  private final Shelf ordinary = new Shelf();
  private long numbers;

  void add(Job job) {
    (job.urgent() ? urgent : ordinary).add(new Waiting(numbers++, job));
  }

  boolean isEmpty() {
    return urgent.lines.isEmpty() && ordinary.lines.isEmpty();
  }

  /** Takes the next job that the caps permit now. */
  Optional<Job> take(Caps caps, Duration now) {
    if (caps.full()) {
      return Optional.empty();
    }
    return urgent.take(caps, now).or(() -> ordinary.take(caps, now));
  }

  private record Waiting(long number, Job job) {}

  /** What all jobs of a line wait for alike. */
  private record Line(Set<String> vantages, boolean quic) {}

  /** Jobs with the same keys on one line, by server. */
  private static final class Group {
    private final Set<String> keys;
    private final Map<String, Deque<Waiting>> servers = new LinkedHashMap<>();

    Group(Set<String> keys) {
      this.keys = keys;
    }

    void add(Waiting waiting) {
      servers.computeIfAbsent(waiting.job().use().server(), s -> new ArrayDeque<>()).add(waiting);
    }

    long first() {
      return servers.values().iterator().next().element().number();
    }

    /** Passes over servers that are being spoken to: never more than trials are under way. */
    Optional<Job> take(Caps caps, Duration now) {
      for (Iterator<Deque<Waiting>> each = servers.values().iterator(); each.hasNext(); ) {
        Deque<Waiting> jobs = each.next();
        Job job = jobs.element().job();
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

  /** Groups of one line, and which of them has waited longest. */
  private static final class Groups {
    private final Map<Set<String>, Group> byKeys = new HashMap<>();
    private final TreeMap<Long, Group> byNumber = new TreeMap<>();

    void add(Waiting waiting) {
      Set<String> keys = waiting.job().use().keys();
      Group group = byKeys.get(keys);
      if (group == null) {
        group = new Group(keys);
        byKeys.put(keys, group);
        byNumber.put(waiting.number(), group);
      }
      group.add(waiting);
    }

    long first() {
      return byNumber.firstKey();
    }

    boolean isEmpty() {
      return byNumber.isEmpty();
    }

    Optional<Job> take(Caps caps, Duration now) {
      for (Map.Entry<Long, Group> each : byNumber.entrySet()) {
        Group group = each.getValue();
        if (!caps.areFree(group.keys)) {
          continue;
        }
        Optional<Job> job = group.take(caps, now);
        if (job.isPresent()) {
          byNumber.remove(each.getKey());
          if (group.servers.isEmpty()) {
            byKeys.remove(group.keys);
          } else {
            byNumber.put(group.first(), group);
          }
          return job;
        }
      }
      return Optional.empty();
    }
  }

  private static final class Shelf {
    private final Map<Line, Groups> lines = new HashMap<>();

    void add(Waiting waiting) {
      Caps.Use use = waiting.job().use();
      lines.computeIfAbsent(new Line(use.vantages(), use.quic()), l -> new Groups()).add(waiting);
    }

    /** The line whose oldest job has waited longest comes first. */
    Optional<Job> take(Caps caps, Duration now) {
      List<Line> open =
          lines.keySet().stream()
              .filter(line -> caps.isOpen(line.vantages(), line.quic(), now))
              .sorted(Comparator.comparing(line -> groups(line).first()))
              .toList();
      for (Line line : open) {
        Groups groups = groups(line);
        Optional<Job> job = groups.take(caps, now);
        if (groups.isEmpty()) {
          lines.remove(line);
        }
        if (job.isPresent()) {
          return job;
        }
      }
      return Optional.empty();
    }

    private Groups groups(Line line) {
      return Objects.requireNonNull(lines.get(line));
    }
  }
}
