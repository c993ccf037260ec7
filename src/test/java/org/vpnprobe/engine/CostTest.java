package org.vpnprobe.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.vpnprobe.config.Limits;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;

/** Reckoned by hand; the endpoints' deadline is 10 s, 200 flows start in a second. */
class CostTest {
  private static Draft quick() {
    return new Draft().pace(1).profile(Profile.QUICK).carrier("cm");
  }

  private static double least(Plan plan, double silentShare) {
    return seconds(Cost.lowerBound(plan, Limits.NONE, silentShare));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  @Test
  void flowsStartOneByOne() {
    assertEquals(10, least(quick().endpoints(2000).plan(), 0));
    assertEquals(1, least(quick().pace(10).endpoints(2000).plan(), 0), "compressed");
  }

  @Test
  void silentOnesAreTriedTwiceUntilTheDeadline() {
    // 2 × 10 s and 2 s between; the last of the 1,000 silent ones starts at about 10 s.
    assertEquals(32, least(quick().endpoints(2000).plan(), 0.5), 0.1);
    assertEquals(22, least(quick().endpoints(1).plan(), 1), 0.1);
  }

  @Test
  void silentOnesHoldTheirPlaces() {
    // 1,000 silent × 2 × 10 s through 100 places.
    Limits limits = new Limits(100, null, null);
    assertEquals(200, seconds(Cost.lowerBound(quick().endpoints(2000).plan(), limits, 0.5)));
  }

  @Test
  void silentOnesAtOneServerFollowEachOther() {
    Draft draft = quick();
    for (int port = 1; port <= 30; port++) {
      draft.endpoint("p" + port, "192.0.2.1:" + port);
    }
    Plan plan = draft.plan();
    assertEquals(600, least(plan, 1));
    assertEquals(300, least(plan, 0.5));
    Cost cost = Cost.of(plan, Limits.NONE);
    assertEquals(1, cost.servers());
    assertTrue(seconds(cost.longest()) >= 600);
  }

  @Test
  void silentOnesWithOneKeyFollowEachOther() {
    Draft draft = quick();
    for (int n = 1; n <= 30; n++) {
      draft.endpoint("w" + n, "192.0.2." + n + ":51820", "key");
    }
    assertEquals(600, least(draft.plan(), 1));
    assertEquals(22, least(draft.plan(), 1 / 30.0), 0.2);
  }

  @Test
  void roundsAddTheirGapsAndTheirQueues() {
    Draft draft = new Draft().pace(1).carrier("cm").carrier("cu").control("de").endpoints(1);
    Cost cost = Cost.of(draft.plan(), Limits.NONE);
    // Screening: three cells of one server, 10 s each. Two suspects: 12 rounds with two silent
    // trials of 10 s each; 3 deadlines for what is under way. Less than a second for the rest.
    assertEquals(30 + 2 * 12 * 20 + 30, seconds(cost.longest()), 1);
    assertEquals(3, cost.leastPackets());
    assertEquals(3 + 2 * 12 * 4, cost.mostTrials());
    assertTrue(seconds(cost.shortest()) < 1);
  }

  @Test
  void serversPerHourMakeHours() {
    Plan plan = quick().endpoints(250).plan();
    Limits limits = new Limits(null, null, 100);
    assertEquals(7200, seconds(Cost.of(plan, limits).shortest()));
    assertTrue(seconds(Cost.of(plan, limits).longest()) > 7200);
    assertTrue(seconds(Cost.of(quick().endpoints(100).plan(), limits).shortest()) < 3600);
  }

  @Test
  void aSurveyHasItsOwnLength() {
    Draft draft = new Draft().pace(1).asControl().control("de").endpoints(2);
    assertEquals(600, seconds(Cost.of(draft.plan(), Limits.NONE).shortest()));
  }

  @Test
  void whatIsNotTriedCostsNothing() {
    Cost cost = Cost.of(quick().keysMissing("keyless").plan(), Limits.NONE);
    assertEquals(1, cost.cells());
    assertEquals(0, cost.leastPackets());
    assertEquals(Duration.ZERO, cost.longest());
  }
}
