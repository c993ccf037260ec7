package org.vpnprobe.analysis.compare;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Expectation;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.State;

/** Reports of a few cells, by a word for each. */
public final class Sights {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private Sights() {}

  /**
   * A sight of {@code endpoint@mobile}: {@code ok degraded fails blocked likely down refused
   * offline unknown impaired}, and after a colon the cause.
   */
  public static Seen of(String endpoint, String word) {
    String[] parts = word.split(":", 2);
    @Nullable String cause = parts.length == 2 ? parts[1] : null;
    return switch (parts[0]) {
      case "ok" -> seen(endpoint, State.REACHABLE, "reachable.answered", true, cause);
      case "degraded" -> seen(endpoint, State.DEGRADED, "degraded.data", false, cause);
      case "fails" -> seen(endpoint, State.INSUFFICIENT, "insufficient.quick", false, cause);
      case "blocked" -> seen(endpoint, State.BLOCKED, "blocked.mechanism", false, cause);
      case "likely" ->
          seen(endpoint, State.LIKELY_BLOCKED, "likely_blocked.contrast", false, cause);
      case "impaired" -> seen(endpoint, State.IMPAIRED, "impaired.significant", false, cause);
      case "down" -> seen(endpoint, State.DOWN, "down.everywhere", false, cause);
      case "refused" -> seen(endpoint, State.CONFIG_ERROR, "config_error.refused", false, cause);
      case "offline" ->
          seen(endpoint, State.VANTAGE_OFFLINE, "vantage_offline.anchors", null, cause);
      case "unknown" -> seen(endpoint, State.INSUFFICIENT, "insufficient.not_tried", null, cause);
      default -> throw new IllegalArgumentException(word);
    };
  }

  static Seen seen(
      String endpoint,
      State state,
      String rule,
      @Nullable Boolean asExpected,
      @Nullable String cause) {
    return new Seen(
        endpoint,
        "wireguard",
        Family.IP4,
        "mobile",
        state,
        cause,
        rule,
        4,
        Expectation.REACHABLE,
        asExpected);
  }

  /** Report number {@code hour}, of cells written {@code a=ok b=blocked:udp.timeout}. */
  public static Snapshot report(int hour, String cells) {
    Map<String, Seen> seen = new LinkedHashMap<>();
    for (String cell : cells.split(" ")) {
      if (!cell.isEmpty()) {
        String[] parts = cell.split("=", 2);
        Seen sight = of(parts[0], parts[1]);
        seen.put(sight.id(), sight);
      }
    }
    Instant at = NOON.plusSeconds(3600L * hour);
    return new Snapshot(
        "run-" + hour, at, at.plusSeconds(60), "0.1.0", Profile.STANDARD, false, seen);
  }
}
