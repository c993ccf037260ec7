package org.vpnprobe.analysis;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Measurement;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.Plan;

/**
 * How far the clocks of the machines that wrote these journals are apart (design §4a.9). What the
 * user said of a machine holds; else servers that both machines spoke to and that told them the
 * time ({@code server_clock}) are compared: what such a server's own clock is off cancels out. A
 * machine that shares no such server with the others is taken to be right.
 */
final class Clocks {
  /** The observation of a server's own time, ISO 8601, to the second. */
  static final String SERVER_CLOCK = "server_clock";

  /**
   * Servers tell whole seconds, and an answer was some time under way: what is less is no offset.
   */
  private static final Duration RESOLUTION = Duration.ofSeconds(2);

  /** Servers that disagree by more about one pair of machines say nothing. */
  private static final Duration SPREAD = Duration.ofSeconds(4);

  /**
   * How far one journal's clock is ahead.
   *
   * @param source {@code said}, {@code measured} or {@code assumed}
   * @param servers from how many servers it was measured
   */
  record Offset(Duration ahead, String source, int servers) {
    private static final Offset NONE = new Offset(Duration.ZERO, "assumed", 0);
  }

  private final List<Recorded> journals;
  private final Map<Integer, Offset> offsets = new HashMap<>();

  Clocks(List<Recorded> journals) {
    this.journals = List.copyOf(journals);
    if (journals.size() > 1) {
      measure();
    }
  }

  /** The offset of the journal of this number. */
  Offset offset(int journal) {
    return offsets.getOrDefault(journal, Offset.NONE);
  }

  /**
   * How far the machines' clocks are apart at most, as far as it is known. Which of them is wrong
   * is not.
   */
  Duration spread() {
    List<Duration> known = offsets.values().stream().map(Offset::ahead).sorted().toList();
    return known.isEmpty() ? Duration.ZERO : known.getLast().minus(known.getFirst());
  }

  /** The journals, each on the clock that they are taken to share. */
  List<Recorded> corrected() {
    List<Recorded> corrected = new ArrayList<>();
    for (int i = 0; i < journals.size(); i++) {
      corrected.add(corrected(journals.get(i), offset(i).ahead()));
    }
    return corrected;
  }

  private static Recorded corrected(Recorded journal, Duration ahead) {
    return ahead.isZero()
        ? journal
        : new Recorded(
            journal.plan().at(journal.plan().createdAt().minus(ahead)),
            MeasurementList.of(journal.measurements())
                .changed((place, m) -> m.at(m.started().minus(ahead))),
            journal.finishedAt().minus(ahead),
            journal.egresses());
  }

  /** From those of whom something is known to those who share servers with them, step by step. */
  private void measure() {
    List<Map<String, Duration>> servers = journals.stream().map(Clocks::servers).toList();
    Deque<Integer> known = new ArrayDeque<>();
    for (int i = 0; i < journals.size(); i++) {
      Duration said = journals.get(i).plan().clockAhead();
      if (said != null) {
        offsets.put(i, new Offset(said, "said", 0));
        known.add(i);
      }
    }
    for (int first = 0; first < journals.size(); first++) {
      if (known.isEmpty() && !offsets.containsKey(first)) {
        offsets.put(first, Offset.NONE);
        known.add(first);
      }
      while (!known.isEmpty()) {
        int one = known.remove();
        for (int other = 0; other < journals.size(); other++) {
          if (!offsets.containsKey(other)) {
            Offset found = between(offset(one), servers.get(one), servers.get(other));
            if (found != null) {
              offsets.put(other, found);
              known.add(other);
            }
          }
        }
      }
    }
  }

  /** The other's offset, null when the two share no server or their servers disagree. */
  private static @Nullable Offset between(
      Offset one, Map<String, Duration> here, Map<String, Duration> there) {
    List<Duration> differences = new ArrayList<>();
    here.forEach((server, ahead) -> {
      Duration other = there.get(server);
      if (other != null) {
        differences.add(other.minus(ahead));
      }
    });
    if (differences.isEmpty()) {
      return null;
    }
    differences.sort(Comparator.naturalOrder());
    if (differences.getLast().minus(differences.getFirst()).compareTo(SPREAD) > 0) {
      return null;
    }
    Duration difference = differences.get(differences.size() / 2);
    Duration real = difference.abs().compareTo(RESOLUTION) < 0 ? Duration.ZERO : difference;
    return new Offset(one.ahead().plus(real), "measured", differences.size());
  }

  /** By server: how far this machine's clock is ahead of the server's, the median. */
  private static Map<String, Duration> servers(Recorded journal) {
    Map<String, List<Duration>> all = new HashMap<>();
    for (Measurement m : journal.measurements()) {
      for (Observation o : m.observations()) {
        Instant told = o.key().equals(SERVER_CLOCK) ? instant(o.value()) : null;
        if (told != null && m.address() != null) {
          // It told the second that had begun: half a second later is the best guess.
          Duration ahead = Duration.between(told.plusMillis(500), m.started().plus(o.at()));
          all.computeIfAbsent(m.address(), a -> new ArrayList<>()).add(ahead);
        }
      }
    }
    Map<String, Duration> medians = new HashMap<>();
    all.forEach((server, list) -> {
      Duration[] sorted = list.toArray(Duration[]::new);
      Arrays.sort(sorted);
      medians.put(server, sorted[sorted.length / 2]);
    });
    return medians;
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** What the reader must know of the clocks. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    int assumed = 0;
    for (int i = 0; i < journals.size(); i++) {
      Offset offset = offset(i);
      if (offset.source().equals("assumed")) {
        assumed++;
      }
      if (!offset.ahead().isZero()) {
        notes.add(
            "The clock of journal "
                + name(journals.get(i).plan())
                + " was "
                + told(offset.ahead())
                + (offset.source().equals("said")
                    ? " as its file says"
                    : " by the clocks of "
                        + offset.servers()
                        + " servers that others spoke to, too")
                + "; its times are corrected by that.");
      }
    }
    if (assumed == journals.size()) {
      notes.add(
          journals.size() + " journals merged; their clocks are taken to agree within seconds.");
    } else {
      notes.add(
          journals.size()
              + " journals merged"
              + (assumed > 1
                  ? "; nothing is known of the clocks of "
                      + (assumed - 1)
                      + " of them, they are taken to agree within seconds."
                  : "; their clocks were compared."));
    }
    return notes;
  }

  private static String name(Plan plan) {
    String vantages =
        String.join(", ", plan.vantages().stream().limit(3).map(v -> v.name()).toList());
    return plan.runId() + " (" + vantages + ")";
  }

  private static String told(Duration ahead) {
    // Servers tell whole seconds: more digits would be made up.
    return Math.round(ahead.abs().toMillis() / 1e3)
        + " s"
        + (ahead.isNegative() ? " behind" : " ahead");
  }
}
