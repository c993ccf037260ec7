package org.vpnprobe.analysis.experiment;

import java.util.Optional;

/** One experiment: what it tries next, and what its trials show. Stateless. */
public interface Inquiry {
  /** Stable, snake_case; stands in the journal. */
  String name();

  /** The next trial, empty when there is nothing (more) to learn. */
  Optional<Try> next(Case it);

  /** Adds what the trials so far show. */
  void read(Case it, Evidence evidence);
}
