package org.vpnprobe.config.imports;

import java.util.List;
import java.util.stream.Stream;

/**
 * What an import has come to: every entry of its sources, in their order.
 *
 * @param remarks what the user should know besides, one sentence each
 */
public record Batch(List<Outcome> outcomes, List<String> remarks) {
  public Batch {
    outcomes = List.copyOf(outcomes);
    remarks = List.copyOf(remarks);
  }

  /** The imported endpoints. */
  public List<Endpoint> endpoints() {
    return of(Outcome.Imported.class).map(Outcome.Imported::endpoint).toList();
  }

  /** What was skipped. */
  public List<Outcome.Skipped> skipped() {
    return of(Outcome.Skipped.class).toList();
  }

  /** What was rejected. */
  public List<Outcome.Rejected> rejected() {
    return of(Outcome.Rejected.class).toList();
  }

  /** {@code 12 entries: 9 imported, 2 skipped, 1 rejected}. */
  public String summary() {
    int all = outcomes.size();
    return all
        + (all == 1 ? " entry: " : " entries: ")
        + endpoints().size()
        + " imported, "
        + skipped().size()
        + " skipped, "
        + rejected().size()
        + " rejected";
  }

  private <T> Stream<T> of(Class<T> type) {
    return outcomes.stream().filter(type::isInstance).map(type::cast);
  }
}
