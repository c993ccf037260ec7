package org.vpnprobe.analysis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.CellFacts;
import org.vpnprobe.model.EndpointFacts;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.VantageFacts;

/**
 * Tells whether a cell of the same name is still the same: protocol, address, asked depth and kind
 * of vantage.
 */
public final class Targets {
  private static final int BYTES = 8;

  private Targets() {}

  /**
   * A fingerprint of what each cell tries, by cell. It spares a history the address itself, but
   * hides nothing from whoever can guess it.
   */
  public static Map<String, String> of(List<Recorded> journals) {
    Map<String, String> targets = new HashMap<>();
    for (Recorded recorded : journals) {
      Plan plan = recorded.plan();
      Map<String, EndpointFacts> endpoints = new HashMap<>();
      plan.endpoints().forEach(endpoint -> endpoints.put(endpoint.name(), endpoint));
      Map<String, VantageFacts> vantages = new HashMap<>();
      plan.vantages().forEach(vantage -> vantages.put(vantage.name(), vantage));
      for (CellFacts cell : plan.cells()) {
        EndpointFacts endpoint = endpoints.get(cell.endpoint());
        VantageFacts vantage = vantages.get(cell.vantage());
        if (endpoint != null && vantage != null) {
          targets.put(cell.id(), of(endpoint, vantage));
        }
      }
    }
    return targets;
  }

  static String of(EndpointFacts endpoint, VantageFacts vantage) {
    String text =
        String.join(
            "\n",
            endpoint.protocol(),
            endpoint.transport().id(),
            endpoint.address(),
            endpoint.goal().id(),
            vantage.kind(),
            vantage.role().id());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
