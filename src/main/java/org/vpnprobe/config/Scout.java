package org.vpnprobe.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.Egress;

/**
 * Finds out which network a vantage is in, for carriers named {@code auto}. Reading a file asks
 * nobody by itself: whoever reads it brings the scout along.
 */
@FunctionalInterface
public interface Scout {
  /** Looks nowhere. */
  Scout NONE = (vantage, table) -> null;

  /**
   * Looks a vantage up.
   *
   * @param table the user's ASN table
   * @return null when nobody looked
   */
  @Nullable Egress look(BoundVantage vantage, Path table);
}
