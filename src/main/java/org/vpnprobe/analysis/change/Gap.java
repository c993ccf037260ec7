package org.vpnprobe.analysis.change;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.vpnprobe.model.PastVerdict;

/**
 * A time of which nothing is known: an empty interval is reported as one, never as calm.
 *
 * @param from the last run before it that could judge
 * @param to the first after it, or the time up to which was looked
 * @param runs that could not judge, in it
 */
public record Gap(Instant from, Instant to, int runs) {
  /** So many times the usual distance of runs. */
  private static final int MANY = 4;

  /** Nobody runs more often than this for long. */
  private static final Duration LEAST = Duration.ofMinutes(1);

  /** The gaps of a cell up to a time; none where two runs do not yet show a distance. */
  public static List<Gap> in(Series series, Instant until) {
    List<Instant> times = series.all().stream().map(PastVerdict::at).toList();
    if (times.size() < 3 || series.evidence().isEmpty()) {
      return List.of();
    }
    List<Duration> distances = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      distances.add(Duration.between(times.get(i - 1), times.get(i)));
    }
    Duration usual = distances.stream().sorted().toList().get(distances.size() / 2);
    Duration most = (usual.compareTo(LEAST) < 0 ? LEAST : usual).multipliedBy(MANY);
    List<Instant> known = new ArrayList<>(series.evidence().stream().map(PastVerdict::at).toList());
    known.add(until);
    List<Gap> gaps = new ArrayList<>();
    for (int i = 1; i < known.size(); i++) {
      Instant from = known.get(i - 1);
      Instant to = known.get(i);
      if (Duration.between(from, to).compareTo(most) > 0) {
        int runs = (int) times.stream().filter(at -> at.isAfter(from) && at.isBefore(to)).count();
        gaps.add(new Gap(from, to, runs));
      }
    }
    return gaps;
  }
}
