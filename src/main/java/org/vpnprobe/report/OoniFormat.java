package org.vpnprobe.report;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.Explanation;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Step;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Transport;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code ooni.jsonl}: one line a trial in the shape of OONI's data formats (github.com/ooni/spec:
 * df-000-base 0.2.0, df-002-dnst, df-005-tcpconnect, df-007-errors, df-008-netevents,
 * df-009-tunnel, and ts-040-openvpn's input), for researchers who have tools for it. The test's
 * name is our own: these are no measurements of OONI's. What goes in is listed here, so that
 * nothing slips through: no address of the probe, the resolver or the server, no server name, no
 * observation, no sentence.
 */
final class OoniFormat implements Format {
  /** What OONI's own engine writes in place of an address it hides. */
  private static final String SCRUBBED = "[scrubbed]";

  /** What stands for an address of a probe and of a resolver that do not tell. */
  private static final String NO_PROBE = "127.0.0.1";

  private static final String NO_RESOLVER = "127.0.0.2";
  private static final String NO_ASN = "AS0";
  private static final String NO_COUNTRY = "ZZ";

  /** An argument of a failure that can be no address and no sentence of a server. */
  private static final Pattern TAME = Pattern.compile("[a-z0-9_]{1,24}");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Override
  public String name() {
    return "ooni";
  }

  @Override
  public String fileName() {
    return "ooni.jsonl";
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void write(Dossier dossier, OutputStream out) throws IOException {
    Map<String, Report.Carrier> carriers = new HashMap<>();
    dossier.report().carriers().forEach(carrier -> carriers.put(carrier.name(), carrier));
    for (Report.Cell cell : dossier.report().cells()) {
      // Witnesses and controls have cells of their own.
      for (Explanation.Line trial : dossier.stories().own(cell.id())) {
        JsonText.line(
            measurement(dossier.report(), cell, carriers.get(cell.carrier()), trial), out);
      }
    }
  }

  private static ObjectNode measurement(
      Report report, Report.Cell cell, Report.@Nullable Carrier carrier, Explanation.Line trial) {
    ObjectNode root = JsonText.object();
    annotations(root.putObject("annotations"), report, cell, trial);
    root.put("data_format_version", "0.2.0");
    root.put("input", input(cell));
    root.put("measurement_start_time", TIME.format(trial.at()));
    probe(root, report, carrier);
    root.put("report_id", "");
    root.put("resolver_asn", NO_ASN);
    root.put("resolver_ip", NO_RESOLVER);
    root.put("resolver_network_name", "");
    root.put("software_name", "vpnprobe");
    root.put("software_version", report.toolVersion());
    testKeys(root.putObject("test_keys"), cell, trial);
    root.put("test_name", "vpnprobe");
    root.put("test_runtime", seconds(trial.took()));
    root.put("test_start_time", TIME.format(report.startedAt()));
    root.put("test_version", "0.1.0");
    return root;
  }

  /** All values are strings, as OONI's are. */
  private static void annotations(
      ObjectNode node, Report report, Report.Cell cell, Explanation.Line trial) {
    node.put("run_id", report.runId());
    node.put("endpoint", cell.endpoint());
    node.put("carrier", cell.carrier());
    node.put("family", cell.family().id());
    node.put("role", trial.role());
    node.put("counted", Boolean.toString(trial.standing().startsWith("counted")));
    node.put("profile", cell.profile().id());
    node.put("rehearsal", Boolean.toString(report.rehearsal()));
    node.put("cell_state", cell.state().id());
    node.put("cell_cause", cell.cause() == null ? "" : cell.cause());
    node.put("cell_rule", cell.rule());
  }

  /** As ts-040-openvpn writes it: a provider OONI does not know begins with “unknown”. */
  private static String input(Report.Cell cell) {
    return cell.protocol()
        + "://unknown-"
        + URLEncoder.encode(cell.endpoint(), StandardCharsets.UTF_8).replace("+", "%20")
        + ".corp/?address="
        + SCRUBBED
        + "&transport="
        + cell.transport().id();
  }

  /** A rehearsal stood in no network of this world. */
  private static void probe(ObjectNode root, Report report, Report.@Nullable Carrier carrier) {
    Long asn = null;
    String name = "";
    String country = NO_COUNTRY;
    if (carrier != null && !report.rehearsal()) {
      for (Egress egress : carrier.vantage().egress()) {
        asn = egress.asn() == null ? asn : egress.asn();
        name = egress.asName() == null ? name : egress.asName();
        country = egress.country() == null ? country : egress.country();
      }
      if (asn == null && carrier.asns().size() == 1) {
        asn = carrier.asns().getFirst();
        name = carrier.displayName();
      }
      if (country.equals(NO_COUNTRY) && carrier.vantage().country() != null) {
        country = carrier.vantage().country();
      }
    }
    root.put("probe_asn", asn == null ? NO_ASN : "AS" + asn);
    root.put("probe_cc", country);
    root.put("probe_ip", NO_PROBE);
    root.put("probe_network_name", name);
  }

  private static void testKeys(ObjectNode keys, Report.Cell cell, Explanation.Line trial) {
    ArrayNode queries = keys.putArray("queries");
    ArrayNode connects = keys.putArray("tcp_connect");
    ArrayNode events = keys.putArray("network_events");
    ArrayNode steps = keys.putArray("steps");
    for (Step step : trial.steps()) {
      String failed = step.failure() == null ? null : scrubbed(step.failure());
      switch (step.name()) {
        case RESOLVE -> query(queries.addObject(), cell, step, failed);
        case CONNECT -> {
          if (cell.transport() == Transport.TCP) {
            connect(connects.addObject(), step, failed);
            events
                .addObject()
                .put("address", SCRUBBED)
                .put("failure", failed)
                .put("operation", "connect")
                .put("proto", "tcp")
                .put("t", ended(step))
                .put("transaction_id", 1);
          }
        }
        case PROXY, TLS, HANDSHAKE, AUTH, TUNNEL -> {}
      }
      step(steps.addObject(), step, failed);
    }
    String result = trial.result();
    boolean success = result.startsWith("reached ") && !result.startsWith("reached nothing");
    keys.put("success", success);
    keys.put("failure", success ? null : failure(trial));
    keys.put("tunnel", cell.protocol());
    keys.put("bootstrap_time", success ? seconds(trial.took()) : 0);
  }

  private static void query(ObjectNode node, Report.Cell cell, Step step, @Nullable String failed) {
    node.putNull("answers");
    node.put("engine", "unknown");
    node.put("failure", failed);
    node.put("hostname", SCRUBBED);
    node.put("query_type", cell.family() == Family.IP6 ? "AAAA" : "A");
    node.put("resolver_address", SCRUBBED);
    times(node, step);
  }

  private static void connect(ObjectNode node, Step step, @Nullable String failed) {
    node.put("ip", SCRUBBED);
    node.putNull("port");
    node.putObject("status").put("failure", failed).put("success", failed == null);
    times(node, step);
  }

  /** Our own key: bytes are those of the whole step, so they are no events of df-008. */
  private static void step(ObjectNode node, Step step, @Nullable String failed) {
    node.put("operation", step.name().id());
    node.put("failure", failed);
    node.put("bytes_sent", step.sent());
    node.put("packets_sent", step.sentPackets());
    node.put("bytes_received", step.received());
    node.put("packets_received", step.receivedPackets());
    times(node, step);
  }

  private static void times(ObjectNode node, Step step) {
    node.put("t0", seconds(step.start()));
    node.put("t", ended(step));
    node.put("transaction_id", 1);
  }

  private static double ended(Step step) {
    return seconds(step.start().plus(step.took()));
  }

  /** Of {@code handshake: auth_rejected after port}: the failure. */
  private static String failure(Explanation.Line trial) {
    String result = trial.result();
    for (StepName step : StepName.values()) {
      String begin = step.id() + ": ";
      if (result.startsWith(begin)) {
        String rest = result.substring(begin.length());
        int space = rest.indexOf(' ');
        return scrubbed(space < 0 ? rest : rest.substring(0, space));
      }
    }
    return FailureKind.UNKNOWN_FAILURE.id();
  }

  /** The word of the vocabulary, its argument only where that is a word or a number, too. */
  private static String scrubbed(String failure) {
    int colon = failure.indexOf(':');
    String kind = colon < 0 ? failure : failure.substring(0, colon);
    if (FailureKind.of(kind).isEmpty()) {
      return FailureKind.UNKNOWN_FAILURE.id();
    }
    String argument = colon < 0 ? "" : failure.substring(colon + 1);
    return TAME.matcher(argument).matches() ? kind + ":" + argument : kind;
  }

  private static double seconds(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e6;
  }
}
